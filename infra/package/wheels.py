"""Downloads the wheels of requirements.txt for the target's platform rather than this machine's."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.package.errors import PackageError
from infra.package.runtime import LEFT_OUT, OF_THE_RUNTIME
from infra.package.target import Target


def download_wheels(requirements: Path, target: Target, directory: Path) -> None:
    """Download the wheels into `directory`, through pip and its cache. Raises PackageError if pip fails.

    `requirements` must pin every package, dependencies included, as pip would resolve them for this machine.
    """
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--implementation", "cp", "--python-version", target.python),
        *(f"--platform={platform}" for platform in target.wheel_platforms),
        *("--dest", str(directory)),
        *packaged(requirements, target),
    ]
    code = subprocess.run(command, check=False).returncode
    if code:
        raise PackageError(f"pip could not download the wheels: it ended with exit code {code}.")


def packaged(requirements: Path, target: Target) -> Iterator[str]:
    """Yields the requirements of a file that the target has, except those in LEFT_OUT.

    Those of the oldest Python of its version are in the zip: it is the same whichever builds it, and runs on each.
    """
    oldest = {"python_version": target.python, "python_full_version": f"{target.python}.0"}
    for name, requirement in _named(requirements):
        if name not in LEFT_OUT and (requirement.marker is None or requirement.marker.evaluate(oldest)):
            yield f"{requirement.name}{requirement.specifier}"


def of_the_runtime(requirements: Path) -> Iterator[str]:
    """Yields the requirements of a file that the functions' runtime already satisfies."""
    return (str(requirement) for name, requirement in _named(requirements) if name in OF_THE_RUNTIME)


def _named(requirements: Path) -> Iterator[tuple[str, Requirement]]:
    """Yields each requirement with its name as normalised by PEP 503."""
    for line in requirements.read_text().splitlines():
        text = line.partition("#")[0].strip()
        if text:
            requirement = Requirement(text)
            yield canonicalize_name(requirement.name), requirement
