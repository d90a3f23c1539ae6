"""The pytest plugin, in a run of its own on an app of its own: the hello world of the package's README."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.state import CHECKOUT

README = CHECKOUT / "gateway" / "README.md"
SOURCE = CHECKOUT / "gateway" / "src"
PLUGIN = ("-p", "chalice_local_websockets.pytest_plugin", "-p", "no:cacheprovider")

WEBSOCKET_TEST = """
from websockets.sync.client import connect


def test_greeting(websocket_url, connections_url):
    assert connections_url.startswith("http://127.0.0.1:")
    with connect(f"{websocket_url}/api") as client:
        client.send("Ada")
        assert client.recv(timeout=10) == "Hello, Ada!"
"""

UNFINISHED = """
import threading
from chalice import Chalice

app = Chalice("unfinished")


@app.route("/")
def index():
    threading.Thread(target=threading.Event().wait, name="mailer", daemon=True).start()
    return "done"
"""

CALLS = """
import httpx


def test_call(rest_url):
    assert httpx.get(rest_url).status_code == 200
"""


def code_blocks() -> list[str]:
    """The Python of the README: the app, and the test of it."""
    return re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


def run_tests(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs pytest in the directory, with the plugin that an installation would have it load."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGIN, *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_hello_world_of_the_readme_passes_its_test(tmp_path: Path) -> None:
    app, test = code_blocks()
    (tmp_path / "app.py").write_text(app)
    (tmp_path / "test_app.py").write_text(test)
    (tmp_path / "test_websocket.py").write_text(WEBSOCKET_TEST)
    done = run_tests(tmp_path)
    assert "2 passed" in done.stdout, done.stdout


def test_a_failed_test_shows_what_the_handler_raised(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(code_blocks()[0].replace("event.body", "event.no_such_name"))
    (tmp_path / "test_websocket.py").write_text(WEBSOCKET_TEST)
    done = run_tests(tmp_path)
    assert "1 failed" in done.stdout
    assert "AttributeError: 'WebsocketEvent' object has no attribute 'no_such_name'" in done.stdout


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ("", "1 passed, 1 error"),
        ("chalice_in_flight = warn", "1 passed, 1 warning"),
        ("chalice_in_flight = off", "1 passed"),
        ("chalice_in_flight_allowed = the thread 'mailer' was running", "1 passed"),
    ],
)
def test_a_handler_that_leaves_a_thread_is_judged_as_the_options_say(
    tmp_path: Path, options: str, outcome: str
) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "app.py").write_text(UNFINISHED)
    (tmp_path / "test_app.py").write_text(CALLS)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nchalice_app_dir = source\n{options}\n")
    done = run_tests(tmp_path)
    assert f"{outcome} in " in done.stdout, done.stdout
    told = "when GET / returned, the thread 'mailer' was running" in done.stdout
    assert told == ("error" in outcome or "warning" in outcome)
