"""The Python that runs the functions has no package that the zip should bring."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.rehearsal.errors import RehearsalError
from infra.rehearsal.runtime import packed, require_minimal_runtime


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "deployment.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name in (
            "app.py",
            "redis/__init__.py",
            "redis-8.dist-info/METADATA",
            "__pycache__/app.pyc",
            "_bcrypt.abi3.so",
        ):
            file.writestr(name, "")
    return path


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """An empty virtual environment."""
    directory = tmp_path / "runtime"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", directory], check=True)
    return directory


def install(runtime: Path, name: str) -> None:
    [packages] = runtime.glob("lib/python*/site-packages")
    (packages / f"{name}.py").write_text("")
    (packages / f"{name}-1.dist-info").mkdir()
    (packages / f"{name}-1.dist-info" / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")


def test_modules_and_packages_of_a_zip_are_named_as_they_are_imported(archive: Path) -> None:
    assert packed(archive) == ["_bcrypt", "app", "redis"]


def test_packages_of_lambdas_own_runtime_are_allowed(archive: Path, runtime: Path) -> None:
    install(runtime, "boto3")
    assert require_minimal_runtime(archive, runtime) == 3


@pytest.mark.parametrize("name", ["redis", "requests"])
def test_any_other_installed_package_is_refused(archive: Path, runtime: Path, name: str) -> None:
    install(runtime, name)
    with pytest.raises(RehearsalError, match=rf"would lend the functions what Lambda does not: {name}"):
        require_minimal_runtime(archive, runtime)
