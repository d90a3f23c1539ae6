"""What DevConnect's REST API responds where no function does.

They are in the project's own format, as infra/cloudformation/app/gateway_responses.yml has them.
"""

import json

from chalice_local_websockets.responses import Response, RestErrors


def _rest(status: int, sentence: str, code: str) -> Response:
    body = json.dumps({"error": sentence, "code": code}).encode()
    headers = (
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    )
    return Response(status, body, headers)


def readable(response: Response, origin: str | None) -> Response:
    """Returns the response as pages of `origin` may read it, with cookies too; without one as any page may, without."""
    cors = (
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-origin", origin or "*"),
        ("vary", "Origin"),
    )
    return Response(response.status, response.body, (*response.headers, *cors))


NO_SUCH_ROUTE = _rest(404, "There is no such route.", "not_found")
BODY_TOO_LARGE = _rest(413, "The request is larger than 10 MB.", "too_large")
UNAVAILABLE = _rest(503, "The service cannot answer right now: try again.", "unavailable")


def rest_errors(allowed_origins: str) -> RestErrors:
    """`allowed_origins` is the parameter AllowedOrigins of the stack, as ALLOWED_ORIGINS has it."""
    origin = allowed_origins.partition(",")[0].strip() or None
    unavailable = readable(UNAVAILABLE, origin)
    return RestErrors(
        no_such_route=readable(NO_SUCH_ROUTE, origin),
        body_too_large=readable(BODY_TOO_LARGE, origin),
        failed=unavailable,
        timed_out=unavailable,
    )
