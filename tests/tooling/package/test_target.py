"""What the package is built for, and the Python that compiles it."""

import json
import sys
from pathlib import Path

import pytest

from infra.local.state import CHECKOUT
from infra.package.errors import PackageError
from infra.package.interpreter import find_interpreter
from infra.package.target import PYTHONS, Target, target_of
from tests.tooling.containers.dockerfile import stages


def configured(directory: Path, config: object) -> Path:
    (directory / ".chalice").mkdir()
    (directory / ".chalice" / "config.json").write_text(json.dumps(config))
    return directory


def test_functions_run_on_the_newest_python_on_arm64_where_nothing_is_said(tmp_path: Path) -> None:
    assert target_of(configured(tmp_path, {}), "dev") == Target("3.13", "arm64")


def test_a_stage_may_have_a_python_and_an_architecture_of_its_own(tmp_path: Path) -> None:
    stages = {"dev": {"lambda_python": "3.12", "lambda_architecture": "x86_64"}}
    project = configured(tmp_path, {"lambda_python": "3.11", "stages": stages})

    assert target_of(project, "dev") == Target("3.12", "x86_64")
    assert target_of(project, "prod") == Target("3.11", "arm64")
    assert target_of(project, "prod", "3.13", "x86_64") == Target("3.13", "x86_64")


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"lambda_python": "3.10"}, "lambda_python is 3.10, and the functions run on 3.11, 3.12, 3.13."),
        ({"lambda_architecture": "riscv"}, "lambda_architecture is riscv, and Lambda has arm64 and x86_64."),
    ],
)
def test_what_lambda_or_the_code_does_not_have_is_refused_by_name(
    tmp_path: Path, config: object, sentence: str
) -> None:
    with pytest.raises(PackageError, match=sentence):
        target_of(configured(tmp_path, config), "dev")


def test_a_configuration_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / ".chalice").mkdir()
    (tmp_path / ".chalice" / "config.json").write_text("{")

    with pytest.raises(PackageError, match=r"config\.json cannot be read: "):
        target_of(tmp_path, "dev")


def test_snapshots_are_kept_from_python_3_12_on() -> None:
    assert {python: Target(python, "arm64").has_snapstart for python in PYTHONS} == {
        "3.11": False,
        "3.12": True,
        "3.13": True,
    }


def test_wheels_may_need_what_the_runtime_has_and_no_newer_glibc() -> None:
    assert Target("3.11", "x86_64").wheel_platforms == [
        "manylinux_2_26_x86_64",
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
    ]
    assert Target("3.13", "arm64").wheel_platforms[0] == "manylinux_2_34_aarch64"


def test_the_images_have_the_python_of_the_functions() -> None:
    """So that an effect of the consumer and a function read the same document alike."""
    version = target_of(CHECKOUT, "prod").python
    for name, stage in stages().items():
        assert stage.base.startswith(f"python:{version}."), name


def test_the_python_that_runs_is_found_first() -> None:
    found = find_interpreter(f"{sys.version_info.major}.{sys.version_info.minor}")

    assert found is not None
    assert (found.path, found.version) == (Path(sys.executable), sys.version_info[:3])


def test_a_python_is_found_below_pyenv_though_the_one_on_the_path_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim, program = tmp_path / "shims" / "python3.99", tmp_path / "versions" / "3.99.1" / "bin" / "python3.99"
    for path, script in ((shim, "exit 127"), (program, "echo 3 99 1")):
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(shim.parent))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))

    found = find_interpreter("3.99")

    assert found is not None
    assert (found.path, found.version) == (program, (3, 99, 1))
    assert find_interpreter("3.98") is None
