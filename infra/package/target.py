"""What the package is built for, whatever machine builds it: a runtime of Lambda, and a kind of processor."""

import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.package.errors import PackageError

PYTHONS = ("3.11", "3.12", "3.13")
"""The versions of Python on which the code is run and that Lambda has, the oldest first."""

MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
"""{the name of an architecture in Lambda: the one in Linux and in wheels}."""

_PYTHON, _ARCHITECTURE = "lambda_python", "lambda_architecture"
"""The keys of .chalice/config.json. Chalice has the second one too; the first it takes from whatever runs it."""

_GLIBC = {"3.11": 26, "3.12": 34, "3.13": 34}
"""The minor version of glibc 2 in each runtime: Amazon Linux 2 and 2023."""


@dataclass(frozen=True)
class Target:
    """`python` is a version such as 3.13, `architecture` is arm64 or x86_64. Raises PackageError for any other."""

    python: str
    architecture: str

    def __post_init__(self) -> None:
        if self.python not in PYTHONS:
            raise PackageError(f"{_PYTHON} is {self.python}, and the functions run on {', '.join(PYTHONS)}.")
        if self.architecture not in MACHINES:
            raise PackageError(f"{_ARCHITECTURE} is {self.architecture}, and Lambda has {' and '.join(MACHINES)}.")

    def __str__(self) -> str:
        return f"Python {self.python} on {self.architecture}"

    @property
    def runtime(self) -> str:
        """The runtime as Lambda names it."""
        return f"python{self.python}"

    @property
    def has_snapstart(self) -> bool:
        """Whether the runtime has SnapStart. Source: "Improving startup performance with Lambda SnapStart"."""
        return self.python != "3.11"

    @property
    def wheel_platforms(self) -> list[str]:
        """The platforms of wheels that the runtime can load (PEP 599, PEP 600), the most demanding first.

        All wheels of this project's packages need one of these versions of glibc; a wheel names its own.
        """
        machine = MACHINES[self.architecture]
        newest = [f"manylinux_2_{minor}_{machine}" for minor in (34, 28, 26, 17) if minor <= _GLIBC[self.python]]
        return [*newest, f"manylinux2014_{machine}"]

    def why_not_importable(self) -> str | None:
        """Returns why no Python of this machine can import the package, as the end of a sentence, or None."""
        if sys.platform != "linux" or platform.machine() != MACHINES[self.architecture]:
            return f"the package is for Linux on {self.architecture}, and this machine is not"
        return None


def target_of(project: Path, stage: str, python: str | None = None, architecture: str | None = None) -> Target:
    """Returns what .chalice/config.json says about a stage, but for what is given. Raises PackageError."""
    path = project / ".chalice" / "config.json"
    try:
        config: Mapping[str, Any] = json.loads(path.read_text())  # Any: JSON
    except (OSError, ValueError) as error:
        raise PackageError(f"{path} cannot be read: {error}") from error
    settings = {**config, **config.get("stages", {}).get(stage, {})}
    return Target(
        python or str(settings.get(_PYTHON, PYTHONS[-1])), architecture or str(settings.get(_ARCHITECTURE, "arm64"))
    )


def target_of_this_machine() -> Target:
    """Returns what runs here: a local AWS runs functions by the Python that runs it. Raises PackageError."""
    architectures = {machine: name for name, machine in MACHINES.items()}
    machine = platform.machine()
    return Target(f"{sys.version_info.major}.{sys.version_info.minor}", architectures.get(machine, machine))
