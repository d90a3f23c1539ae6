"""Builds a package as `make package` does, and keeps what it was made of."""

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.state import CHECKOUT
from infra.package.archive import build_zip
from infra.package.errors import PackageError
from infra.package.interpreter import Interpreter
from infra.package.target import Target
from infra.package.wheels import download_wheels


@dataclass(frozen=True)
class Built:
    """A package with what it was made of, and unpacked."""

    target: Target
    compiler: Interpreter | None
    wheels: Path
    archive: Path
    unpacked: Path


def build(target: Target, compiler: Interpreter | None, directory: Path) -> Built:
    built = Built(target, compiler, directory / "wheels", directory / "deployment.zip", directory / "unpacked")
    built.wheels.mkdir()
    try:
        download_wheels(CHECKOUT / "requirements.txt", target, built.wheels)
    except PackageError:
        if not is_an_index_there():
            pytest.skip("needs an index of packages, and pip reaches none")
        raise
    build_zip(CHECKOUT, built.wheels, compiler, built.archive)
    with zipfile.ZipFile(built.archive) as archive:
        archive.extractall(built.unpacked)
    return built


def is_an_index_there() -> bool:
    """Whether pip reaches an index: every index has pip itself."""
    command = [sys.executable, "-m", "pip", "--timeout", "5", "--retries", "0", "index", "versions", "pip"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
