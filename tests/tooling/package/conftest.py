"""One package, built as `make package` does, from wheels that are downloaded once."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.package.archive import build_zip
from infra.package.errors import PackageError
from infra.package.runtime import require_its_python
from infra.package.wheels import download_wheels

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheels")
    try:
        require_its_python()
    except PackageError as error:
        pytest.skip(str(error))
    try:
        download_wheels(CHECKOUT / "requirements.txt", directory)
    except PackageError:
        if not is_an_index_there():
            pytest.skip("needs an index of packages, and pip reaches none")
        raise
    return directory


def is_an_index_there() -> bool:
    """Whether pip reaches an index: every index has pip itself."""
    command = [sys.executable, "-m", "pip", "--timeout", "5", "--retries", "0", "index", "versions", "pip"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def package(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("package") / "deployment.zip"
    build_zip(CHECKOUT, wheels, target)
    return target


@pytest.fixture(scope="session")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(directory)
    return directory
