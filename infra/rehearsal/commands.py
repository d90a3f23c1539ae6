"""Commands of this project, run as they are."""

import subprocess
from collections.abc import Mapping

from infra.local.state import CHECKOUT
from infra.rehearsal.errors import RehearsalError


def run(command: list[str], environment: Mapping[str, str] | None = None) -> None:
    """Run it in the checkout. Raises RehearsalError with what it said, where it fails."""
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        said = f"{ended.stdout}{ended.stderr}".rstrip()
        raise RehearsalError(f"{' '.join(command)}\nended with exit code {ended.returncode}:\n{said}")
