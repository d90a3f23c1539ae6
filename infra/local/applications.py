"""The project's own processes: the gateway that runs app.py, and the consumer."""

import sys
from collections.abc import Mapping
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from infra.local.pages import OPENAPI
from infra.local.process import Child
from infra.local.state import CHECKOUT

WEB = CHECKOUT / "clients" / "web" / "dist"
"""The files of the page, which `make web` makes where there is a Node to make them."""


def gateway(rest_port: int, websocket_port: int, environment: Mapping[str, str]) -> Child:
    """Returns the local gateway, which is ready once a function responds through it."""
    address = f"http://127.0.0.1:{rest_port}"
    return Child(
        name="gateway",
        argv=[
            *(sys.executable, "-m", "infra.local.gateway"),
            *("--rest-port", str(rest_port), "--websocket-port", str(websocket_port)),
            *("--openapi", str(OPENAPI), "--web-dir", str(WEB)),
        ],
        address=address,
        environment=environment,
        ready=lambda _output: _is_healthy(rest_port),
    )


def consumer(
    environment: Mapping[str, str], health_port: int, *, name: str = "consumer", source: Path = CHECKOUT
) -> Child:
    """Returns the consumer of the checkout `source`, which is ready once it prints so.

    Its address is that of its HTTP health check.
    """
    health_address = f"127.0.0.1:{health_port}"
    return Child(
        name=name,
        argv=[sys.executable, "-m", "chalicelib.consumer"],
        address=f"http://{health_address}",
        environment={**environment, "HEALTH_ADDRESS": health_address},
        ready=lambda output: "consumer is ready" in output,
        directory=source,
    )


def _is_healthy(rest_port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", rest_port, timeout=1)) as connection:
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
