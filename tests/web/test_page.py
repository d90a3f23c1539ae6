"""The page of clients/web in a real Chromium, on a system of its own whose limits such a test would exceed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.ports import free_port
from infra.local.running import RunningSystem, running_system
from infra.local.state import CHECKOUT
from tests.support.server_variables import without_servers
from tests.support.system import LOADED
from tests.support.typescript.build import install, npm, require_node
from tests.web.other_origin import served_elsewhere
from tests.web.staff import Staff, employ

WEB = CHECKOUT / "clients" / "web"


@dataclass(frozen=True)
class Served:
    """The system, and the port at which clients reach its websockets: the tests put a network there.

    `staff` are an administrator and a moderator, for whom there is something to see.
    """

    system: RunningSystem
    network_port: int
    staff: Staff


@pytest.fixture(scope="module")
def page_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    require_node()
    if shutil.which("chromium") is None and "CHROMIUM" not in os.environ:
        pytest.skip("needs Chromium: install Debian's package, or name it with CHROMIUM")
    install(WEB)
    npm("run", "--silent", "build", cwd=WEB)
    network_port = free_port()
    own = {"WEBSOCKET_URL": f"ws://127.0.0.1:{network_port}"}
    with running_system(tmp_path_factory.mktemp("page"), without_servers() | LOADED | own) as system:
        yield Served(system, network_port, employ(system.environment))


def test_style_and_types_are_good() -> None:
    require_node()
    install(WEB)
    npm("run", "lint", cwd=WEB)


@pytest.mark.parametrize("file", sorted((WEB / "test").glob("*.test.js")), ids=lambda file: file.name.split(".")[0])
def test_the_page_in_chromium(page_system: Served, file: Path) -> None:
    _pass(page_system, str(file), messages=1_000)


@pytest.mark.faults
def test_the_page_in_chromium_scrolls_through_ten_thousand_messages(page_system: Served) -> None:
    _pass(page_system, "--test-name-pattern=many messages", str(WEB / "test" / "trouble.test.js"), messages=10_000)


def test_the_page_talks_from_another_origin_under_the_headers_that_it_has_on_aws(
    page_system: Served, tmp_path: Path
) -> None:
    api = page_system.system.rest_url
    npm("run", "--silent", "build", "--", f"--outDir={tmp_path}", cwd=WEB, VITE_API=api)
    with served_elsewhere(tmp_path, api=api, websockets=f"ws://127.0.0.1:{page_system.network_port}") as origin:
        pattern = "--test-name-pattern=people find each other"
        file = str(WEB / "test" / "talking.test.js")
        _pass(page_system, pattern, file, messages=1, PAGE_URL=origin, API_URL=api)


def _pass(page_system: Served, *arguments: str, messages: int, **variables: str) -> None:
    """Runs tests of Node. Raises AssertionError, with their output, where they fail."""
    run = subprocess.run(
        ["node", "--test", "--test-reporter=spec", *arguments],
        cwd=WEB,
        env=os.environ
        | {
            "PAGE_URL": page_system.system.rest_url,
            "WEBSOCKET_PORT": page_system.system.websocket_url.rpartition(":")[2],
            "NETWORK_PORT": str(page_system.network_port),
            "MAIL_DIR": str(page_system.system.state.mail),
            "MANY_MESSAGES": str(messages),
            "ADMIN_EMAIL": page_system.staff.admin,
            "MODERATOR_EMAIL": page_system.staff.moderator,
        }
        | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert run.returncode == 0, run.stdout + run.stderr
