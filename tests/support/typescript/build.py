"""The TypeScript client, installed and compiled once for all tests, which are skipped where there is no Node 20."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from infra.local.files import locked
from infra.local.state import CHECKOUT

PACKAGE = CHECKOUT / "clients" / "typescript"
_OLDEST = (20, 10)
"""Node has a websocket from here on, behind an option until 22."""


def require_node() -> None:
    """Skips the test, by name, where there is no Node of that age, or no npm."""
    if shutil.which("npm") is None or node_version() < _OLDEST:
        pytest.skip("needs Node.js 20.10 or newer, with npm")


@cache
def node_version() -> tuple[int, int]:
    """Returns (0, 0) where there is no Node."""
    if shutil.which("node") is None:
        return 0, 0
    run = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True, timeout=30)
    found = re.match(r"v(\d+)\.(\d+)", run.stdout)
    assert found, run.stdout
    return int(found[1]), int(found[2])


def npm(*arguments: str, cwd: Path = PACKAGE, **variables: str) -> str:
    """Runs npm, and returns what it prints. Raises AssertionError, with the output, where it fails."""
    environment = os.environ | variables
    run = subprocess.run(
        ["npm", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=600
    )
    assert run.returncode == 0, f"npm {' '.join(arguments)}:\n{run.stdout}\n{run.stderr}"
    return run.stdout


@cache
def built() -> Path:
    """Installs what the lock file names, compiles the client with its tests, and returns where it lies."""
    require_node()
    install(PACKAGE)
    with locked(CHECKOUT / ".local" / "typescript.lock"):
        npm("run", "--silent", "pretest")
    return PACKAGE / ".build"


def install(package: Path) -> None:
    """Installs the packages that the lock file names, unless they are there."""
    with locked(CHECKOUT / ".local" / f"npm-{package.name}.lock"):
        stamp = package / "node_modules" / "installed"
        lock = (package / "package-lock.json").read_text()
        if not stamp.exists() or stamp.read_text() != lock:
            npm("ci", "--no-audit", "--no-fund", cwd=package)
            stamp.write_text(lock)
