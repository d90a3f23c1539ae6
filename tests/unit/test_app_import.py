"""Importing app.py, as `chalice package` and a cold start do."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SNAPSHOT = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start", "JWT_SECRET_SECRET_ARN": "arn:aws:secretsmanager:made:up"}


@pytest.mark.parametrize("environment", [{}, SNAPSHOT], ids=["at a cold start", "before a snapshot"])
def test_importing_the_app_reads_no_setting_and_opens_no_socket(environment: Mapping[str, str]) -> None:
    """Importing it starts no thread either: everything waits for the first request."""
    code = (
        "import socket, threading\n"
        "def refuse(*_a, **_k): raise AssertionError('a socket was opened at import')\n"
        "socket.socket.connect = refuse\n"
        "import app\n"
        "assert threading.active_count() == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, timeout=30)


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


def test_before_a_snapshot_all_is_imported_that_invocations_would_import() -> None:
    """What reads secrets and makes connections is only used after the restore."""
    code = (
        "import sys, app\n"
        "before = {*sys.modules}\n"
        "from chalicelib.clients.aws import open_secrets\n"
        "try: open_secrets('http://127.0.0.1:1')('arn:aws:secretsmanager:made:up')\n"
        "except LookupError: pass\n"
        "else: raise AssertionError('nothing listens there')\n"
        "from kafka import KafkaProducer; import dns.resolver\n"
        "'a'.encode('idna')\n"
        "later = {name for name in sys.modules.keys() - before if not name.startswith('localstack_client')}\n"
        "assert not later, later\n"
    )
    keys = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=SNAPSHOT | keys, check=True, timeout=30)
