"""Gets the wheels of what requirements.txt names, for the runtime's platform and not for this machine's."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.package.errors import PackageError
from infra.package.runtime import LEFT_OUT, OF_THE_RUNTIME, PLATFORMS, PYTHON


def download_wheels(requirements: Path, directory: Path) -> None:
    """Download into `directory`, through pip and its cache. Raises PackageError where pip fails.

    `requirements` names every package with its version, also what others need: pip would resolve for this machine.
    """
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--only-binary=:all:", "--implementation", "cp", "--python-version", PYTHON),
        *(f"--platform={platform}" for platform in PLATFORMS),
        *("--dest", str(directory)),
        *packaged(requirements),
    ]
    code = subprocess.run(command, check=False).returncode
    if code:
        raise PackageError(f"pip could not download the wheels: it ended with exit code {code}.")


def packaged(requirements: Path) -> Iterator[str]:
    """The requirements of a file but for what is LEFT_OUT, each as it stands there."""
    return (line for name, line in _named(requirements) if name not in LEFT_OUT)


def of_the_runtime(requirements: Path) -> Iterator[str]:
    """The requirements of a file that the functions' runtime meets by itself."""
    return (line for name, line in _named(requirements) if name in OF_THE_RUNTIME)


def _named(requirements: Path) -> Iterator[tuple[str, str]]:
    """Each requirement with its name in PEP 503's form."""
    for line in requirements.read_text().splitlines():
        requirement = line.partition("#")[0].strip()
        if requirement:
            yield canonicalize_name(Requirement(requirement).name), requirement
