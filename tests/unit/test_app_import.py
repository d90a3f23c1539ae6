"""Importing app.py, as `chalice package` and a cold start do."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_importing_the_app_reads_no_variable_and_opens_no_socket() -> None:
    """Importing it starts no thread either: everything waits for the first request."""
    code = (
        "import socket, threading\n"
        "def refuse(*_a, **_k): raise AssertionError('a socket was opened at import')\n"
        "socket.socket.connect = refuse\n"
        "import app\n"
        "assert threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, check=True, timeout=30)


def test_every_route_has_a_preflight_handler() -> None:
    code = (
        "import app\n"
        "missing = [path for path, methods in app.app.routes.items() if 'OPTIONS' not in methods]\n"
        "assert app.app.routes and not missing, missing\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, check=True, timeout=30)


def test_importing_the_app_imports_neither_kafka_nor_boto3() -> None:
    """Somebody waits for every cold start. Importing kafka would add 140 ms to it, and boto3 120 ms."""
    code = "import sys, app\nassert not {'kafka', 'boto3', 'botocore'} & sys.modules.keys()\n"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={}, check=True, timeout=30)
