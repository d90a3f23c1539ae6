"""`python -m infra.rehearsal.runtime DIRECTORY`: the Python that the functions find, as Lambda's own runtime has it.

A virtual environment with boto3 and what it needs, and nothing else, not even pip. The local AWS starts the functions
with the Python that runs itself, so that what else lay in its environment would be lent to them: and a package that the
zip lacks would be missed by nobody before AWS.
"""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import click

from infra.local.state import CHECKOUT
from infra.package.errors import PackageError
from infra.package.runtime import OF_THE_RUNTIME, require_its_python
from infra.package.wheels import of_the_runtime
from infra.rehearsal.errors import RehearsalError

RUNTIME = CHECKOUT / ".local" / "runtime"

_FOUND = """
import importlib.metadata, importlib.util, json, sys
print(json.dumps([
    [distribution.metadata["Name"].lower() for distribution in importlib.metadata.distributions()],
    [name for name in sys.argv[1:] if importlib.util.find_spec(name)],
]))
"""


def python(directory: Path = RUNTIME) -> Path:
    return directory / "bin" / "python"


def make_runtime(directory: Path) -> None:
    """Make the environment anew, by this Python. Raises PackageError where this is another than the functions'."""
    require_its_python()
    shutil.rmtree(directory, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(directory)], check=True)
    command = [
        *(sys.executable, "-m", "pip", "--python", str(python(directory)), "install"),
        *("--quiet", "--disable-pip-version-check", "--no-deps"),
        *of_the_runtime(CHECKOUT / "requirements.txt"),
    ]
    subprocess.run(command, check=True)


def require_that_it_lends_nothing(archive: Path, directory: Path = RUNTIME) -> int:
    """Returns how many of the zip's modules and packages the runtime lacks: all of them.

    Raises RehearsalError where it has one, or any distribution that Lambda's has not.
    """
    names = packed(archive)
    # -I: neither this directory, nor what the shell's variables name
    command = [str(python(directory)), "-I", "-c", _FOUND, *names]
    distributions, modules = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    lent = sorted(set(distributions) - OF_THE_RUNTIME) + modules
    if lent:
        raise RehearsalError(f"{directory} would lend the functions what Lambda does not: {', '.join(lent)}.")
    return len(names)


def packed(archive: Path) -> list[str]:
    """The top-level modules and packages of a zip, by the names under which they are imported."""
    with zipfile.ZipFile(archive) as file:
        tops = {Path(name).parts[0] for name in file.namelist()}
    return sorted(
        {top.partition(".")[0] for top in tops if not top.endswith((".dist-info", ".libs"))} - {"__pycache__"}
    )


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, resolve_path=True, path_type=Path))
def main(directory: Path) -> None:
    """Make a virtual environment like the one that Lambda gives its functions."""
    try:
        make_runtime(directory)
    except PackageError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
