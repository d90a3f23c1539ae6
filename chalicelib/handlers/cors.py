"""Cross-origin requests, and the body of the error responses that Chalice creates itself.

Chalice's own CORS supports a single origin. Here every Origin that ALLOWED_ORIGINS lists is allowed.
"""

import re
from collections.abc import Callable, Set

from chalice.app import Chalice, Request, Response

from chalicelib.errors import OriginNotAllowed
from chalicelib.handlers.http import Headers, error_response, json_response
from chalicelib.models.wrong_fields import MAX_QUOTED
from chalicelib.security.quotas import POLICY, RATE_LIMIT
from chalicelib.wiring import wired

_ASKED_HEADERS = "access-control-request-headers"
_LOOPBACKS = ("//localhost", "//127.0.0.1")
"""Two names of one machine, and so two origins."""

OWN_ERRORS = {
    405: ("This route does not take this method.", "method_not_allowed"),
}
_METHODS = "DELETE, GET, HEAD, PATCH, POST, PUT"
"""More than a path takes: so a page may send a wrong one, and read what is wrong with it."""

_HEADERS = "Authorization, Content-Type"
_NOT_OF_A_NAME = re.compile(r"[^\w, -]", re.ASCII)
_PREFLIGHT_SECONDS = "600"


def install(app: Chalice) -> None:
    """Add an OPTIONS route for every path that is registered so far, and the middleware."""
    for path in list(app.routes):
        app.route(path, methods=["OPTIONS"], name=f"options_{path}", content_types=["*/*"])(_preflight(app))
    app.register_middleware(_middleware, "http")


def _preflight(app: Chalice) -> Callable[..., Response]:
    def preflight(**_parameters: str) -> Response:
        asked = app.current_request.headers if app.current_request is not None else {}
        origin = asked.get("origin")
        if origin is not None and origin not in wired().settings.allowed_origins:
            return error_response(not_allowed(origin, wired().settings.allowed_origins))
        headers: Headers = {
            "Access-Control-Allow-Methods": _METHODS,
            # Whatever it asks for: no header of a page that is allowed does harm, and `*` does not stand for all of
            # them where cookies are sent (Fetch, section 3.3.4).
            "Access-Control-Allow-Headers": _NOT_OF_A_NAME.sub("", asked.get(_ASKED_HEADERS, _HEADERS)),
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
        }
        return Response(body="", status_code=204, headers=headers)

    return preflight


def not_allowed(origin: str, allowed: Set[str]) -> OriginNotAllowed:
    """Return the error that says what to do. A browser reports a network error, and shows this one beside it."""
    for name, other in (_LOOPBACKS, _LOOPBACKS[::-1]):
        if (twin := origin.replace(name, other)) in allowed:
            return OriginNotAllowed(f"Pages of {origin[:MAX_QUOTED]} may not use this API, but those of {twin} may.")
    return OriginNotAllowed(f"Pages of {origin[:MAX_QUOTED]} may not use this API: ALLOWED_ORIGINS does not list them.")


def _middleware(request: Request, get_response: Callable[[Request], Response]) -> Response:
    response = get_response(request)
    if response.status_code in OWN_ERRORS and isinstance(response.body, dict) and "Code" in response.body:
        sentence, code = OWN_ERRORS[response.status_code]
        allow = {name: value for name, value in response.headers.items() if name.lower() == "allow"}
        response = json_response(response.status_code, {"error": sentence, "code": code}, allow)
    # On every response: a cache must not serve one origin the response for another, or for a request without one.
    response.headers["Vary"] = "Origin"
    # What is answered is one user's, and none of it is to be guessed at by a browser (RFC 9111; WHATWG Fetch, nosniff).
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    origin = request.headers.get("origin")
    if origin is not None and origin in wired().settings.allowed_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = f"Retry-After, {RATE_LIMIT}, {POLICY}"
    return response
