"""GET /api/health (this process is alive) and /api/health/ready (what it depends on answers)."""

from collections.abc import Mapping
from typing import Literal

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.answers import HealthAnswer, ReadyAnswer
from chalicelib.models.requests import Empty
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/health", Empty, {200: HealthAnswer}, signed_in=False)
def live(_request: HttpRequest[Empty]) -> Response:
    """This process is alive."""
    return json_response(200, HealthAnswer())


@route(blueprint, "GET", "/api/health/ready", Empty, {200: ReadyAnswer, 503: ReadyAnswer}, signed_in=False)
def ready(_request: HttpRequest[Empty]) -> Response:
    """Whether what it depends on answers."""
    reachable = wired().health.dependencies()
    if not reachable["mongodb"]:
        return json_response(503, ReadyAnswer(status="unavailable", dependencies=_said(reachable)))
    status: Literal["ok", "degraded"] = "ok" if all(reachable.values()) else "degraded"
    return json_response(200, ReadyAnswer(status=status, dependencies=_said(reachable)))


def _said(reachable: Mapping[str, bool]) -> dict[str, Literal["ok", "unavailable"]]:
    return {name: "ok" if answers else "unavailable" for name, answers in reachable.items()}
