"""app.py as `chalice package` and a cold start see it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_app_imports_with_an_empty_environment_and_opens_nothing() -> None:
    """No variable is read, no thread is started and no socket is opened before the first request."""
    code = (
        "import socket, threading\n"
        "def refuse(*_a, **_k): raise AssertionError('a socket was opened at import')\n"
        "socket.socket.connect = refuse\n"
        "import app\n"
        "assert threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, check=True, timeout=30)


def test_each_route_answers_its_preflight() -> None:
    code = (
        "import app\n"
        "missing = [path for path, methods in app.app.routes.items() if 'OPTIONS' not in methods]\n"
        "assert app.app.routes and not missing, missing\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, check=True, timeout=30)


def test_app_imports_no_client_that_a_read_does_without() -> None:
    """A cold start is paid for by somebody who waits: kafka would be 140 ms of it, boto3 120."""
    code = "import sys, app\nassert not {'kafka', 'boto3', 'botocore'} & sys.modules.keys()\n"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, check=True, timeout=30)
