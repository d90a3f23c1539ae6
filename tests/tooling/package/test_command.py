"""The command `python -m infra.package`."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.package import __main__ as command
from infra.package import report, runtime
from infra.package.imports import measure


@pytest.fixture
def built(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives the command the package that was built already, and makes it import that once."""
    monkeypatch.setattr(command, "build_package", lambda target: shutil.copyfile(package, target))
    monkeypatch.setattr(command, "measure", partial(measure, runs=1))


@pytest.mark.usefixtures("built")
def test_the_command_writes_zip_and_templates_and_reports_size_digest_and_import(package: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(command.main, ["--output", str(tmp_path / "out")])

    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "deployment.zip").read_bytes() == package.read_bytes()
    for template in ("base.json", "sam.json"):
        assert "Resources" in json.loads((tmp_path / "out" / template).read_text())
    assert f"sha256 {report.digest(package)}" in done.output
    assert "MB of 12 MB: pass" in done.output
    assert "Cold import of app: " in done.output
    assert "of 250 ms: " in done.output


@pytest.mark.usefixtures("built")
def test_a_package_that_is_too_large_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_BYTES", 1_000_000)
    monkeypatch.setattr(command, "why_not_importable", lambda: "this is another machine")

    done = CliRunner().invoke(command.main, ["--output", str(tmp_path)])

    assert done.exit_code == 1
    assert "MB of 1 MB: MISSED" in done.output


@pytest.mark.usefixtures("built")
def test_an_older_patch_of_the_runtimes_python_builds_it_and_imports_nothing(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "LEAST_VERSION", (3, 11, 999))

    done = CliRunner().invoke(command.main, ["--output", str(tmp_path)])

    assert done.exit_code == 0, done.output
    assert (tmp_path / "deployment.zip").read_bytes() == package.read_bytes()
    assert "The import is not measured: the package needs Python 3.11.999, and this is 3.11." in done.output


def test_another_python_than_the_runtimes_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "PYTHON", "3.99")

    done = CliRunner().invoke(command.main, ["--output", str(tmp_path)])

    assert done.exit_code == 1
    assert "Python 3.99" in done.output
    assert list(tmp_path.iterdir()) == []
