"""`python -m infra.rehearsal.runtime DIRECTORY`: creates a Python environment like that of Lambda's runtime.

It is a virtual environment with boto3 and its dependencies, and nothing else, not even pip. The local AWS runs the
functions with its own Python, so they could import any other package of its environment; a package missing in the zip
would then go unnoticed until the deployment to AWS.
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
from infra.package.runtime import OF_THE_RUNTIME
from infra.package.target import target_of_this_machine
from infra.package.wheels import of_the_runtime
from infra.rehearsal.errors import RehearsalError

RUNTIME = CHECKOUT / ".local" / "runtime"

_LIST_PRESENT = """
import importlib.metadata, importlib.util, json, sys
print(json.dumps([
    [distribution.metadata["Name"].lower() for distribution in importlib.metadata.distributions()],
    [name for name in sys.argv[1:] if importlib.util.find_spec(name)],
]))
"""


def python(directory: Path = RUNTIME) -> Path:
    return directory / "bin" / "python"


def make_runtime(directory: Path) -> None:
    """Create the environment anew with this Python. Raises PackageError if the functions do not run on its version."""
    target_of_this_machine()
    shutil.rmtree(directory, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(directory)], check=True)
    command = [
        *(sys.executable, "-m", "pip", "--python", str(python(directory)), "install"),
        *("--quiet", "--disable-pip-version-check", "--no-deps"),
        *of_the_runtime(CHECKOUT / "requirements.txt"),
    ]
    subprocess.run(command, check=True)


def require_minimal_runtime(archive: Path, directory: Path = RUNTIME) -> int:
    """Check that the runtime has none of the zip's modules and packages; returns their number.

    Raises RehearsalError if it has one of them, or any distribution that Lambda's runtime does not have.
    """
    names = packed(archive)
    # -I excludes the current directory and the paths in environment variables
    command = [str(python(directory)), "-I", "-c", _LIST_PRESENT, *names]
    distributions, modules = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    superfluous = sorted(set(distributions) - OF_THE_RUNTIME) + modules
    if superfluous:
        raise RehearsalError(f"{directory} would lend the functions what Lambda does not: {', '.join(superfluous)}.")
    return len(names)


def packed(archive: Path) -> list[str]:
    """Returns the import names of the top-level modules and packages of a zip."""
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
