"""GET /api/health (this process is alive) and /api/health/ready (what it depends on answers)."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/health")
def live(_request: HttpRequest) -> Response:
    return json_response(200, {"status": "ok"})


@route(blueprint, "GET", "/api/health/ready")
def ready(_request: HttpRequest) -> Response:
    reachable = wired().health.dependencies()
    usable = reachable["mongodb"]
    status = ("ok" if all(reachable.values()) else "degraded") if usable else "unavailable"
    dependencies = {name: "ok" if answers else "unavailable" for name, answers in reachable.items()}
    return json_response(200 if usable else 503, {"status": status, "dependencies": dependencies})
