"""GET /api/health (this process is alive) and /api/health/ready (the servers that it depends on answer)."""

from typing import Literal

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import Empty
from chalicelib.models.responses import HealthResponse, ReadyResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/health", Empty, {200: HealthResponse}, signed_in=False, limited=False)
def live(_request: HttpRequest[Empty]) -> Response:
    """This process is alive."""
    return json_response(200, HealthResponse())


@route(
    blueprint,
    "GET",
    "/api/health/ready",
    Empty,
    {200: ReadyResponse, 503: ReadyResponse},
    signed_in=False,
    limited=False,
)
def ready(_request: HttpRequest[Empty]) -> Response:
    """Whether the servers that this process depends on answer."""
    states = wired().health.dependencies()
    if states["mongodb"] != "ok":
        return json_response(503, ReadyResponse(status="unavailable", dependencies=states))
    status: Literal["ok", "degraded"] = "ok" if set(states.values()) == {"ok"} else "degraded"
    return json_response(200, ReadyResponse(status=status, dependencies=states))
