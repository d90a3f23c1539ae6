"""A local AWS (MiniStack) that runs for the length of a `with` block."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx

from infra.local.ports import free_port
from infra.local.process import Child
from tests.support.controlled import controlled
from tests.tooling.containers.without_docker import MINISTACK


@contextmanager
def running_local_aws(directory: Path) -> Iterator[str]:
    """Yields the URL of the local AWS."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    child = Child(
        name="aws",
        argv=[str(MINISTACK), "-m", "ministack"],
        address=address,
        environment={
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            # Otherwise it binds two ports on every address.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        },
        ready=lambda _output: _is_healthy(f"{address}/_ministack/health"),
    )
    with controlled([child], directory):
        yield address


def _is_healthy(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == HTTPStatus.OK
    except httpx.TransportError:
        return False
