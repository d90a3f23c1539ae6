"""The command `python -m infra.package`."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cloudformation.parts import Template
from infra.package import __main__ as command
from infra.package import report
from infra.package.imports import measure
from infra.package.interpreter import Interpreter
from infra.package.target import Target
from infra.package.template import app_template
from tests.tooling.package.building import Built


@pytest.fixture(scope="module")
def template(local: Built) -> Template:
    return app_template(command.CHECKOUT, "dev", local.target)


@pytest.fixture
def kept(local: Built, template: Template, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Gives the command the package and the template that were made already, and makes it import the package once.

    Returns its arguments.
    """

    def build_package(target: Target, _interpreter: Interpreter | None, archive: Path) -> None:
        assert target == local.target
        shutil.copyfile(local.archive, archive)

    def make_template(project: Path, stage: str, target: Target) -> Template:
        assert (project, stage, target) == (command.CHECKOUT, "dev", local.target)
        return template

    monkeypatch.setattr(command, "build_package", build_package)
    monkeypatch.setattr(command, "app_template", make_template)
    monkeypatch.setattr(command, "measure", partial(measure, runs=1))
    return ["--python", local.target.python, "--architecture", local.target.architecture]


def test_the_command_writes_zip_and_templates_and_reports_size_digest_and_import(
    local: Built, kept: list[str], tmp_path: Path
) -> None:
    done = CliRunner().invoke(command.main, [*kept, "--output", str(tmp_path / "out")])

    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "deployment.zip").read_bytes() == local.archive.read_bytes()
    for template in ("base.json", "page.json", "sam.json"):
        assert "Resources" in json.loads((tmp_path / "out" / template).read_text())
    assert f"Compiled for {local.target} by " in done.output
    assert f"sha256 {report.digest(local.archive)}" in done.output
    assert "MB of 12 MB: pass" in done.output
    assert "Cold import of app: " in done.output
    assert "of 250 ms: " in done.output


def test_a_package_that_is_too_large_fails(kept: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_BYTES", 1_000_000)
    monkeypatch.setattr(command, "find_interpreter", lambda _python: None)

    done = CliRunner().invoke(command.main, [*kept, "--output", str(tmp_path)])

    assert done.exit_code == 1
    assert "MB of 1 MB: MISSED" in done.output


def test_without_the_functions_python_the_command_says_that_nothing_is_compiled(
    local: Built, kept: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_interpreter", lambda _python: None)

    done = CliRunner().invoke(command.main, [*kept, "--output", str(tmp_path)])

    assert done.exit_code == 0, done.output
    assert f"The sources are not compiled: there is no Python {local.target.python} here." in done.output
    assert "Cold import" not in done.output


def test_another_machine_than_the_functions_imports_nothing(
    local: Built, kept: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    done = CliRunner().invoke(command.main, [*kept, "--output", str(tmp_path)])

    assert done.exit_code == 0, done.output
    reason = f"the package is for Linux on {local.target.architecture}, and this machine is not"
    assert f"The import is not measured: {reason}." in done.output
