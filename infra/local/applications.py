"""The project's own processes: the gateway that runs app.py, and the consumer."""

import ssl
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import httpx

from infra.local.pages import OPENAPI
from infra.local.process import Child
from infra.local.state import CHECKOUT

WEB = CHECKOUT / "clients" / "web" / "dist"
"""The files of the page, which `make web` makes where there is a Node to make them."""

_NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loading the usual ones takes 20 ms of processor time for each question, and there is no TLS on the loopback."""


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
        ready=lambda _output: _is_healthy(f"{address}/api/health"),
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


def _is_healthy(url: str) -> bool:
    try:
        response = httpx.get(url, timeout=1, verify=_NO_AUTHORITIES, trust_env=False)  # no proxy, nor a .netrc
    except httpx.TransportError:
        return False
    return response.status_code == HTTPStatus.OK
