import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.cloudformation.parts import Template, join
from infra.local.state import CHECKOUT
from infra.package.target import target_of
from infra.package.template import app_template
from tests.tooling.cloudformation.tools import INFRA_TOOLS


@pytest.fixture(scope="session")
def base() -> Template:
    return join("base")


@pytest.fixture(scope="session")
def page() -> Template:
    return join("page")


@pytest.fixture(scope="session")
def app_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app stack of prod, as `make package` writes it."""
    packaged = tmp_path_factory.mktemp("package") / "sam.json"
    packaged.write_text(json.dumps(app_template(CHECKOUT, "prod", target_of(CHECKOUT, "prod"))))
    return packaged


@pytest.fixture(scope="session")
def app(app_path: Path) -> Template:
    template: Template = json.loads(app_path.read_text())
    return template


@pytest.fixture(scope="session")
def translate(app_path: Path) -> Callable[..., Path]:
    """A function that translates the app stack with these parameters as AWS does, and returns the file's path."""
    if not INFRA_TOOLS.exists():
        pytest.skip("needs the tools of infra/: make infra-tools")

    def translated(**parameters: str) -> Path:
        target = app_path.with_name("-".join(["translated", *parameters.values()]) + ".json")
        if not target.exists():
            words = [f"{name}={value}" for name, value in parameters.items()]
            program = CHECKOUT / "infra" / "cloudformation" / "translate.py"
            subprocess.run([INFRA_TOOLS / "python", program, app_path, target, *words], cwd=CHECKOUT, check=True)
        return target

    return translated
