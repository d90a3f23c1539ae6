"""Secrets, pushes and emails on a local AWS: the same calls as on AWS, to another endpoint."""

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import boto3
import pytest

from chalicelib.clients.aws import open_secrets
from chalicelib.clients.management_api import Call
from chalicelib.errors import SettingsError
from chalicelib.wiring import Wiring, load_settings
from infra.local.state import CHECKOUT
from tests.seams.local_aws import running_local_aws
from tests.support.management import status_of
from tests.support.required_settings import REQUIRED_SETTINGS
from tests.tooling.containers.without_docker import MINISTACK

ACCESS = {"AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
API_ON_AWS = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1"


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not MINISTACK.exists():
        pytest.skip("needs MiniStack: make infra-tools")
    with running_local_aws(tmp_path_factory.mktemp("aws")) as url:
        yield url


@pytest.fixture
def access_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def client(local_aws: str, access_keys: None) -> Any:  # noqa: ARG001 - boto3 reads the access keys  # Any: boto3 is not typed
    return lambda service: boto3.client(service, endpoint_url=local_aws)


@pytest.fixture
def secret(client: Any) -> Any:  # Any: boto3 is not typed
    """Stores a secret. Returns its ARN."""

    def store(**value: str | bytes) -> str:
        arn: str = client("secretsmanager").create_secret(Name=f"seams/{secrets.token_hex(4)}", **value)["ARN"]
        return arn

    return store


def deployed_variables(local_aws: str, secret: Any) -> dict[str, str]:  # Any: the fixture
    """The variables that the CloudFormation templates set: every secret by its ARN."""
    stored = {
        "REDIS_URL": "rediss://devconnect:pass@redis.example:6379/0",
        "MONGODB_URI": "mongodb+srv://devconnect:pass@mongodb.example/devconnect",
        "JWT_SECRET": "n" * 64,
        "KAFKA_SASL_PASSWORD": "p" * 64,
    }
    return {
        **{name: value for name, value in REQUIRED_SETTINGS.items() if name not in stored},
        **{f"{name}_SECRET_ARN": secret(SecretString=value) for name, value in stored.items()},
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "KAFKA_SASL_USERNAME": "devconnect",
        "AWS_ENDPOINT_URL": local_aws,
    }


@pytest.mark.usefixtures("access_keys")
def test_the_settings_of_a_deployed_process_are_read_from_secrets_manager(local_aws: str, secret: Any) -> None:
    settings = load_settings(deployed_variables(local_aws, secret))
    assert settings.redis_url == "rediss://devconnect:pass@redis.example:6379/0"
    assert settings.mongodb_uri.startswith("mongodb+srv://devconnect:pass@")
    assert settings.jwt_secrets == ("n" * 64,)
    assert settings.kafka.sasl_password == "p" * 64
    assert settings.kafka.security_protocol == "SASL_SSL"


@pytest.mark.usefixtures("access_keys")
def test_localstack_host_leads_to_the_local_aws_too(local_aws: str, secret: Any) -> None:
    environ = deployed_variables(local_aws, secret) | {
        "AWS_ENDPOINT_URL": "",
        "LOCALSTACK_HOST": urlsplit(local_aws).netloc,
    }
    assert load_settings(environ).jwt_secrets == ("n" * 64,)


@pytest.mark.usefixtures("access_keys")
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"SecretString": " \n"}, "the secret is empty"),
        ({"SecretBinary": b"bytes"}, "the secret cannot be read: it has no text"),
    ],
)
def test_an_error_about_an_empty_secret_names_its_variable(
    local_aws: str, secret: Any, value: Any, reason: str
) -> None:
    environ = deployed_variables(local_aws, secret) | {"MONGODB_URI_SECRET_ARN": secret(**value)}
    with pytest.raises(SettingsError, match=f"^MONGODB_URI_SECRET_ARN: {reason}.$"):
        load_settings(environ)


@pytest.mark.usefixtures("access_keys")
def test_an_error_about_a_missing_secret_names_its_variable(local_aws: str, secret: Any) -> None:
    nowhere = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:seams/nowhere-AbCdEf"
    with pytest.raises(
        SettingsError, match=r"^JWT_SECRET_SECRET_ARN: the secret cannot be read: ResourceNotFoundException, .*[^.].$"
    ):
        load_settings(deployed_variables(local_aws, secret) | {"JWT_SECRET_SECRET_ARN": nowhere})


@pytest.mark.usefixtures("access_keys")
def test_an_error_about_a_wrong_secret_names_its_variable_and_not_its_value(local_aws: str, secret: Any) -> None:
    """That holds as well where the library that parses the URL would quote it in its error."""
    for name, value in (("REDIS_URL", "rediss://u:pass\u2100word@h:6379"), ("JWT_SECRET", "pass-word")):
        environ = deployed_variables(local_aws, secret) | {f"{name}_SECRET_ARN": secret(SecretString=value)}
        with pytest.raises(SettingsError, match=f"^{name} is wrong: ") as raised:
            load_settings(environ)
        assert "pass" not in str(raised.value)
        assert raised.value.__cause__ is None
        assert raised.value.__suppress_context__


@pytest.mark.usefixtures("access_keys")
def test_a_secrets_manager_that_does_not_answer_is_an_error_within_seconds() -> None:
    """It accepts connections and never answers. That costs two attempts of 2 s, and a pause of at most 1 s."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(LookupError, match="Read timeout"):
            open_secrets(f"http://127.0.0.1:{silent.getsockname()[1]}")("arn:aws:secretsmanager:x:y:secret:z")
        assert time.monotonic() - began < 6.5


def test_a_consumer_that_cannot_read_a_secret_prints_why_and_exits(local_aws: str) -> None:
    """ECS sees an exit code and one sentence in the log."""
    arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:seams/nowhere-AbCdEf"
    environ = {name: value for name, value in REQUIRED_SETTINGS.items() if name != "JWT_SECRET"}
    environ |= {"JWT_SECRET_SECRET_ARN": arn, "AWS_ENDPOINT_URL": local_aws, "PATH": os.environ["PATH"], **ACCESS}
    consumer = subprocess.run(
        [sys.executable, "-m", "chalicelib.consumer"],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert consumer.returncode == 2
    assert consumer.stderr.startswith("The consumer cannot start: JWT_SECRET_SECRET_ARN: the secret cannot be read: ")
    assert consumer.stderr.count("\n") == 1


@pytest.mark.usefixtures("access_keys")
def test_pushes_to_an_endpoint_of_aws_go_to_the_local_aws(local_aws: str, secret: Any) -> None:
    """The local AWS answers 410 for an unknown connection; a server without an @connections API answers otherwise."""
    environ = deployed_variables(local_aws, secret) | {"WEBSOCKET_ENDPOINT": API_ON_AWS}
    settings = load_settings(environ)
    assert settings.websocket_endpoint == f"{local_aws}/_aws/execute-api/a1b2c3d4e5/v1"
    with closing(Wiring(settings)) as wiring:
        assert status_of(wiring.management_api, Call("POST", "L0SM9cOFvHcCIhw=", b"{}")) == 410


@pytest.mark.usefixtures("access_keys")
def test_emails_go_to_the_local_ses(local_aws: str, client: Any, secret: Any) -> None:
    client("sesv2").create_email_identity(EmailIdentity="us@example.org")
    with closing(Wiring(load_settings(deployed_variables(local_aws, secret)))) as wiring:
        sent = wiring.aws.email_api.send_email(
            FromEmailAddress="us@example.org",
            Destination={"ToAddresses": ["ada@example.org"]},
            Content={"Simple": {"Subject": {"Data": "Welcome"}, "Body": {"Text": {"Data": "Hello"}}}},
        )
    assert json.loads(json.dumps(sent, default=str))["MessageId"]


def test_secrets_are_read_without_localstack_client(local_aws: str, secret: Any, tmp_path: Path) -> None:
    """It has no wheel, so the functions' package leaves it out, and boto3 alone reads the secret."""
    arn = secret(SecretString="from the local AWS")
    code = (
        "import sys; sys.modules['localstack_client'] = None\n"
        "from chalicelib.clients.aws import open_secrets\n"
        f"print(open_secrets({local_aws!r})({arn!r}))"
    )
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **ACCESS}
    read = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, env=environ, capture_output=True, text=True, timeout=30, check=True
    )
    assert read.stdout == "from the local AWS\n"


class RecordingHandler(BaseHTTPRequestHandler):
    """Records the access key of each request, and refuses the request."""

    access_keys: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.access_keys.append(self.headers["Authorization"].partition("Credential=")[2].partition("/")[0])
        self.send_error(400)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


def test_a_local_aws_is_called_with_the_access_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is with a role. localstack-client would sign with keys of its own, which a local AWS allows everything."""
    for name, value in (ACCESS | {"AWS_ACCESS_KEY_ID": "of-the-role"}).items():
        monkeypatch.setenv(name, value)
    with ThreadingHTTPServer(("127.0.0.1", 0), RecordingHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with pytest.raises(LookupError):
            open_secrets(f"http://127.0.0.1:{server.server_port}")("arn")
        server.shutdown()
        thread.join()
    assert set(RecordingHandler.access_keys) == {"of-the-role"}
