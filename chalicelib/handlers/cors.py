"""Cross-origin requests, and the body of the error responses that Chalice creates itself.

Chalice's own CORS supports a single origin. Here every Origin that ALLOWED_ORIGINS lists is allowed.
"""

from collections.abc import Callable

from chalice.app import Chalice, Request, Response

from chalicelib.errors import UnsupportedMediaType
from chalicelib.handlers.http import Headers, json_response
from chalicelib.security.quotas import POLICY, RATE_LIMIT
from chalicelib.wiring import wired

OWN_ERRORS = {
    405: ("This route does not take this method.", "method_not_allowed"),
    415: (UnsupportedMediaType.sentence, UnsupportedMediaType.code),
}
_PREFLIGHT_SECONDS = "600"


def install(app: Chalice) -> None:
    """Add an OPTIONS route for every path that is registered so far, and the middleware."""
    for path, methods in list(app.routes.items()):
        app.route(path, methods=["OPTIONS"], name=f"options_{path}")(_preflight(", ".join(sorted(methods))))
    app.register_middleware(_middleware, "http")


def _preflight(methods: str) -> Callable[..., Response]:
    def preflight(**_parameters: str) -> Response:
        headers: Headers = {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
        }
        return Response(body="", status_code=204, headers=headers)

    return preflight


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
