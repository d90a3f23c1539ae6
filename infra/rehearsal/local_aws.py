"""The local AWS: MiniStack out of its package, or whatever LOCALSTACK_HOST names."""

import os
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
"""Where localstack-client looks."""

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
"""Made up: boto3 asks for some."""

_PACKAGES = Path(sysconfig.get_path("purelib", "venv", {"base": str(CHECKOUT / ".local" / "infra")}))
"""MiniStack's own, of `make infra-tools`."""


@dataclass(frozen=True)
class LocalAws:
    """A local AWS at `host`, which is host:port."""

    host: str

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def environment(self) -> dict[str, str]:
        """What leads boto3 there."""
        return {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION, **CREDENTIALS}

    def environment_of_role(self, arn: str) -> dict[str, str]:
        """The same for a process that has taken a role: it may do what the role's policies allow, for an hour."""
        session = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="rehearsal")["Credentials"]
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
            "AWS_SESSION_TOKEN": session["SessionToken"],
        }

    def client(
        self, service: str, credentials: Mapping[str, str] = CREDENTIALS
    ) -> Any:  # Any: boto3's are made of data
        """A client of boto3, with localstack-client's endpoint for the service."""
        session = Session(
            localstack_host=self.host,
            region_name=REGION,
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        )
        return session.client(service, aws_session_token=credentials.get("AWS_SESSION_TOKEN"))

    def api(self, api_id: str) -> str:
        """The address of an API's stage, on AWS a host of its own: of REST, and of websockets and their @connections.

        MiniStack and LocalStack have all APIs below this path.
        """
        return f"{self.url}/_aws/execute-api/{api_id}/v1"


def ministack(port: int, temporary: Path) -> Child:
    """MiniStack on `port`; the functions' code is unpacked below `temporary`."""
    url = f"http://127.0.0.1:{port}"
    return Child(
        name="local-aws",
        argv=[str(python()), "-P", str(Path(__file__).with_name("ministack.py")), str(_PACKAGES)],
        address=url,
        environment=_environment(port, temporary),
        ready=lambda _output: _is_healthy(f"{url}/_ministack/health"),
    )


def _environment(port: int, temporary: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """No more than that: functions inherit it, and would find settings in it that their configuration lacks."""
    return {
        "PATH": environ["PATH"],
        "TMPDIR": str(temporary),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        # They would listen on every address.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        # Roles and their policies count, as on AWS.
        "AUTH": "true",
        # Lambda's runtime says so, and MiniStack does not.
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11",
    }


def _is_healthy(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == HTTPStatus.OK
    except httpx.TransportError:
        return False
