"""Tools from npm, which are installed into .local/ at their first use."""

import shutil
import subprocess
from pathlib import Path

from infra.local.state import CHECKOUT
from tests.support.made_once import made_once

NPM = shutil.which("npm")


def installed(source: Path, name: str) -> Path:
    """Returns the directory of that name in .local/ with the packages of the source's lock file, and its other files.

    Raises CalledProcessError where they cannot be installed.
    """
    directory = CHECKOUT / ".local" / name
    with made_once(directory, (source / "package-lock.json").read_text()) as is_stale:
        shutil.copytree(source, directory, dirs_exist_ok=True)
        if is_stale:
            command = [str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=directory, capture_output=True, check=True, timeout=300)
    return directory
