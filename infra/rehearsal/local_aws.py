"""The local AWS: MiniStack from its package, or the one that LOCALSTACK_HOST names."""

import os
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from localstack_client.session import Session

from infra.local.process import Child
from infra.local.state import CHECKOUT
from infra.rehearsal.runtime import python

DEFAULT_PORT = 4566
"""The default port of localstack-client."""

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""Dummies, as boto3 requires some."""

_PACKAGES = Path(sysconfig.get_path("purelib", "venv", {"base": str(CHECKOUT / ".local" / "infra")}))
"""The directory of MiniStack's packages, installed by `make infra-tools`."""


@dataclass(frozen=True)
class LocalAws:
    """A local AWS; `host` is host:port."""

    host: str

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that make boto3 use it."""
        return {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION, **CREDENTIALS}

    def environment_of_role(self, arn: str) -> dict[str, str]:
        """Returns the same for a process with an assumed role, which may do what its policies allow, for an hour."""
        session = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="rehearsal")["Credentials"]
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["SessionToken"],
        }

    def client(
        self, service: str, credentials: Mapping[str, str] = CREDENTIALS
    ) -> Any:  # Any: boto3 generates its clients from data
        """Returns a boto3 client, with localstack-client's endpoint for the service."""
        session = Session(
            localstack_host=self.host,
            region_name=REGION,
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        )
        return session.client(service, aws_session_token=credentials.get("AWS_SESSION_TOKEN"))

    def api(self, api_id: str) -> str:
        """Returns the address of an API's stage: of the REST API, or of the websocket API and its @connections.

        On AWS it is a separate host; MiniStack and LocalStack have all APIs below this path.
        """
        return f"{self.url}/_aws/execute-api/{api_id}/v1"


def ministack(port: int, temporary: Path) -> Child:
    """Returns MiniStack on `port`; it unpacks the functions' code below `temporary`."""
    url = f"http://127.0.0.1:{port}"
    return Child(
        name="local-aws",
        argv=[str(python()), "-P", str(Path(__file__).with_name("ministack.py")), str(_PACKAGES)],
        address=url,
        environment=_environment(port, temporary),
        ready=lambda _output: _is_healthy(f"{url}/_ministack/health"),
    )


def _environment(port: int, temporary: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Returns a minimal environment: functions inherit it, and must find no settings that their configuration lacks."""
    return {
        "PATH": environ["PATH"],
        "TMPDIR": str(temporary),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        # These two would listen on every address.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # Enforces roles and their policies, as AWS does.
        "AUTH": "true",
        # Lambda's runtime sets it, MiniStack does not.
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
    }


def _is_healthy(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == HTTPStatus.OK
    except httpx.TransportError:
        return False
