"""The Python client as a package: what `pip install ./clients/python` brings."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from infra.local.state import CHECKOUT

PACKAGE = CHECKOUT / "clients" / "python"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh directory with the package. Its two dependencies are those of this environment."""
    target = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
    run(*pip, "--no-index", "--no-deps", "--no-build-isolation", "--no-compile", "--target", target, PACKAGE)
    return target


def run(*command: str | Path) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_installed_package_has_each_module_its_types_and_its_licence(installed: Path) -> None:
    files = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    sources = {path.name for path in (PACKAGE / "devconnect_client").iterdir() if path.is_file()}
    assert {Path(file).name for file in files if file.startswith("devconnect_client/")} == sources
    assert "py.typed" in sources
    assert "devconnect_client-0.1.0.dist-info/licenses/LICENSE" in files


def test_the_installed_package_is_imported_from_where_it_lies(installed: Path) -> None:
    program = """
        import importlib.metadata, json, sys
        sys.path.insert(0, sys.argv[1])
        import devconnect_client
        for name in devconnect_client.__all__:
            getattr(devconnect_client, name)
        [found] = importlib.metadata.distributions(name="devconnect-client", path=[sys.argv[1]])
        print(json.dumps({"file": devconnect_client.__file__, "requires": found.requires}))
    """
    # -I: neither the environment nor the directory decides what is imported.
    told = json.loads(run(sys.executable, "-I", "-c", dedent(program), installed))
    assert Path(told["file"]).is_relative_to(installed)
    assert {requirement.partition("<")[0].partition(">")[0] for requirement in told["requires"]} == {
        "httpx",
        "websockets",
    }


def test_the_licence_is_that_of_the_project() -> None:
    assert (PACKAGE / "LICENSE").read_text() == (CHECKOUT / "LICENSE").read_text()
