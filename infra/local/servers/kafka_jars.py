"""Fetches the jars of Apache Kafka from Maven Central, once, into `.local/bin/`."""

import subprocess
import sys
from pathlib import Path

import click

from infra.local.errors import LocalError
from infra.local.servers.fetch import PROGRAMS, fetching

_VERSION = "4.3.0"
_POM = Path(__file__).with_name("kafka-pom.xml")
_LINE_EVERY = 25  # files between two lines of progress if the output is not a terminal

KAFKA_JARS = PROGRAMS / f"kafka-{_VERSION}"


def kafka_jars() -> Path:
    """Returns the directory with the jars. Raises LocalError if Maven fails."""
    with fetching(KAFKA_JARS) as directory:
        if directory:
            click.echo(f"Fetching Apache Kafka {_VERSION} from Maven Central, once: 46 jars, 44 MB.")
            _copy_dependencies(directory / "jars")
            (directory / "jars").replace(KAFKA_JARS)
    return KAFKA_JARS


def _copy_dependencies(directory: Path) -> None:
    command = [
        *("mvn", "--batch-mode", "--file", str(_POM), "dependency:copy-dependencies"),
        *(f"-Dkafka.version={_VERSION}", f"-DoutputDirectory={directory}"),
    ]
    output: list[str] = []
    files = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as maven:
        try:
            for line in maven.stdout or ():
                output.append(line)
                if "Downloaded from" in line:
                    files += 1
                    _show_progress(files)
        except BaseException:
            maven.kill()
            raise
    if maven.returncode:
        raise LocalError(f"Maven could not fetch Apache Kafka:\n{''.join(output)}")
    click.echo(f"{_line_start()}  {files} files fetched.")


def _show_progress(files: int) -> None:
    """Prints the number of files. Maven's own modules count too, so there is no total: about 200 on a new machine."""
    if sys.stdout.isatty():
        click.echo(f"{_line_start()}  {files} files", nl=False)
    elif files % _LINE_EVERY == 0:
        click.echo(f"  {files} files")


def _line_start() -> str:
    return "\r" if sys.stdout.isatty() else ""
