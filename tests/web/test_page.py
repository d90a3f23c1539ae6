"""The page of clients/web in a real Chromium, on a system of its own whose limits such a test would exceed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.running import RunningSystem, running_system
from infra.local.state import CHECKOUT
from tests.support.typescript.build import install, npm, require_node

WEB = CHECKOUT / "clients" / "web"
_PLENTY = "1000000/60"
_LIMITED = (
    "SIGNUP",
    "PRIVATE_MESSAGE",
    "MESSAGES",
    "DEFAULT",
    "WEBSOCKET_TICKET",
    "CONNECT",
    "SEARCH",
    "FEED",
    "USERS",
)


@pytest.fixture(scope="module")
def page_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    require_node()
    if shutil.which("chromium") is None and "CHROMIUM" not in os.environ:
        pytest.skip("needs Chromium: install Debian's package, or name it with CHROMIUM")
    install(WEB)
    npm("run", "--silent", "build", cwd=WEB)
    limits = {f"RATE_LIMIT_{name}": _PLENTY for name in _LIMITED}
    with running_system(tmp_path_factory.mktemp("page"), os.environ | limits | {"BCRYPT_ROUNDS": "4"}) as system:
        yield system


def test_style_and_types_are_good() -> None:
    require_node()
    install(WEB)
    npm("run", "lint", cwd=WEB)


@pytest.mark.parametrize("file", sorted((WEB / "test").glob("*.test.js")), ids=lambda file: file.name.split(".")[0])
def test_the_page_in_chromium(page_system: RunningSystem, file: Path) -> None:
    run = subprocess.run(
        ["node", "--test", "--test-reporter=spec", str(file)],
        cwd=WEB,
        env=os.environ | {"PAGE_URL": page_system.rest_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert run.returncode == 0, run.stdout + run.stderr
