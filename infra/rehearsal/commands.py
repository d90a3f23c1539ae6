"""Runs commands of this project unchanged."""

import subprocess
from collections.abc import Mapping

from infra.local.state import CHECKOUT
from infra.rehearsal.errors import RehearsalError


def run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a command in the checkout. Raises RehearsalError with its output if it fails."""
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        output = f"{ended.stdout}{ended.stderr}".rstrip()
        raise RehearsalError(f"{' '.join(command)}\nended with exit code {ended.returncode}:\n{output}")
