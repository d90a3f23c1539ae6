"""Runs commands of this project unchanged."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from infra.local.state import CHECKOUT
from infra.rehearsal.errors import RehearsalError


def run(command: list[str], environment: Mapping[str, str] | None = None, directory: Path = CHECKOUT) -> str:
    """Run a command in a checkout, and return what it prints. Raises RehearsalError with its output if it fails."""
    ended = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        output = f"{ended.stdout}{ended.stderr}".rstrip()
        raise RehearsalError(f"{' '.join(command)}\nended with exit code {ended.returncode}:\n{output}")
    return ended.stdout
