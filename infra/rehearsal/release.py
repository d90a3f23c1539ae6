"""A release: a version of the source with its settings, and its package."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local.state import CHECKOUT
from infra.package.target import Target
from infra.rehearsal.commands import run

ALLOWED_ORIGIN = "https://app.example.org"


@dataclass(frozen=True)
class Release:
    """`settings` are parameters of the app stack, by name. `directory` is for the package."""

    name: str
    source: Path
    directory: Path
    settings: Mapping[str, str]

    @property
    def archive(self) -> Path:
        return self.directory / "deployment.zip"

    def package(self, stage: str, target: Target) -> None:
        """Run `make package` for a stage, in the release's own source. Raises RehearsalError."""
        command = [sys.executable, "-m", "infra.package", "--stage", stage, "-o", str(self.directory)]
        run([*command, "--python", target.python, "--architecture", target.architecture], directory=self.source)


def present(directory: Path) -> Release:
    """Returns the release of this checkout."""
    return Release("present", CHECKOUT, directory, {"AllowedOrigins": ALLOWED_ORIGIN})
