"""An archive of Kafka's classes (Class Data Sharing), which halves the processor time of a broker's start.

A JVM checks an archive before it maps it, and goes on without one that does not fit (-Xshare:auto is the default), so
a missing or stale archive costs only time. One that was damaged would crash it: so the archive's checksum is verified,
which takes no time that could be measured (48 MB), and it gets its name only once it is on the disk.
"""

import hashlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from infra.local.process import Child, Process
from infra.local.processes import is_running
from infra.local.servers.fetch import fetching

MakeBroker = Callable[[Path, Sequence[str]], Child]
"""Makes a broker with its data in the directory, and these additional options for its JVM."""


def archive_options(jars: Path, make_broker: MakeBroker) -> list[str]:
    """Returns the JVM's options for the archive, which a broker that runs for a moment writes once for each Java."""
    archive = jars.with_name(f"{jars.name}-{_fingerprint(jars)}.jsa")
    with fetching(archive) as directory:
        if directory:
            click.echo("Archiving Kafka's classes, once, so that it starts in half the time.")
            written = directory / "classes.jsa"
            _run(make_broker(directory / "data", [f"-XX:ArchiveClassesAtExit={written}"]), directory / "log")
            written.touch()  # empty if this JVM cannot write one, so that it is not asked again
            with written.open("rb") as file:
                os.fsync(file.fileno())
            written.replace(archive)
    return [f"-XX:SharedArchiveFile={archive}", "-XX:+VerifySharedSpaces"] if archive.stat().st_size else []


def _run(broker: Child, log: Path) -> None:
    """Starts a broker, and stops it once it serves; it writes the archive while it stops."""
    process = Process(broker, log)
    try:
        while not broker.ready(process.output()) and is_running(process.pid) and process.age() < broker.start_timeout:
            time.sleep(0.05)
        process.send(signal.SIGTERM)
    except BaseException:
        process.send(signal.SIGKILL)
        raise
    finally:
        process.reap()


def _fingerprint(jars: Path) -> str:
    """Differs for another Java and for another checkout, as an archive is valid only for its own class path."""
    java = Path(shutil.which("java") or "java").resolve()
    changed = java.stat().st_mtime_ns if java.exists() else 0
    return hashlib.sha256(f"{jars} {java} {changed}".encode()).hexdigest()[:12]
