"""The responses that API Gateway itself makes when no function does: statuses, error bodies, close codes, frames.

Sources: the ApiGatewayManagementApi reference, and in API Gateway's developer guide "Gateway response types"
and "WebSocket API status codes".
"""

import json
from dataclasses import dataclass

from chalice_local_websockets.limits import REST_BODY_BYTES


@dataclass(frozen=True)
class CloseStatus:
    """The close code and reason of a websocket (RFC 6455, 7.4)."""

    code: int
    reason: str


GOING_AWAY = CloseStatus(1001, "Going away")
UNSUPPORTED_DATA = CloseStatus(1003, "Unsupported data")
DELETED_BY_APP = CloseStatus(1000, "Normal closure")

_REASONS = {
    1005: "Client-side close frame status not set",
    1006: "Connection closed abnormally",
    1007: "Invalid frame payload data",
    1009: "Message too long",
}


@dataclass(frozen=True)
class Response:
    """An HTTP response. Header names may repeat."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


def _json(status: int, body: dict[str, str]) -> Response:
    return Response(status, json.dumps(body).encode())


# Responses to a websocket upgrade.
INTEGRATION_FAILED = _json(502, {"message": "Internal server error"})
INTEGRATION_TIMED_OUT = _json(504, {"message": "Endpoint request timed out"})
URL_TOO_LONG = _json(414, {"message": "URI Too Long"})
NO_SUCH_STAGE = Response(
    403,
    b'{"message":"Forbidden"}',
    (("content-type", "application/json"), ("x-amzn-ErrorType", "ForbiddenException")),
)
TOO_MANY_CONNECTIONS = _json(429, {"message": "Too Many Requests"})
REST_BODY_TOO_LARGE = _json(413, {"message": f"HTTP content length exceeded {REST_BODY_BYTES} bytes."})


@dataclass(frozen=True, kw_only=True)
class RestErrors:
    """What the REST API responds where no function does. An API may define its own: "Gateway responses"."""

    no_such_route: Response = Response(
        403,
        b'{"message":"Missing Authentication Token"}',
        (("content-type", "application/json"), ("x-amzn-ErrorType", "MissingAuthenticationTokenException")),
    )
    body_too_large: Response = REST_BODY_TOO_LARGE
    failed: Response = INTEGRATION_FAILED
    timed_out: Response = INTEGRATION_TIMED_OUT


def refused(status: int) -> Response:
    """Returns the response to a refused upgrade: the status of `$connect`'s response, without its body."""
    return Response(status)


def ended_by_client(code: int, reason: str | None) -> CloseStatus:
    """Returns the close status that `$disconnect` receives. A code without a reason gets API Gateway's text for it."""
    return CloseStatus(code, reason or _REASONS.get(code, ""))


def error_frame(connection_id: str, request_id: str) -> str:
    """Returns the frame sent to a client if the function gave no response to its message.

    The spacing is API Gateway's.
    """
    ids = f'"connectionId":"{connection_id}", "requestId":"{request_id}"'
    return f'{{"message": "Internal server error", {ids}}}'


def forbidden_frame(connection_id: str, request_id: str) -> str:
    """Returns the frame sent to a client whose message has no route, as the API has no `$default`."""
    return json.dumps({"message": "Forbidden", "connectionId": connection_id, "requestId": request_id})


# Responses of the @connections API. Without the header x-amzn-ErrorType, boto3 raises a plain ClientError.
POSTED = Response(200)
DELETED = Response(204, headers=())


def management_error(status: int, error_type: str, message: str | None = None) -> Response:
    headers = (("content-type", "application/json"), ("x-amzn-ErrorType", error_type))
    return Response(status, json.dumps({"message": message}).encode(), headers)


GONE = management_error(410, "GoneException")
PAYLOAD_TOO_LARGE = management_error(413, "PayloadTooLargeException", "The data exceeds 131072 bytes")
BUFFER_FULL = management_error(429, "LimitExceededException", "The client's buffer is full")
NOT_ALLOWED = management_error(403, "ForbiddenException", "Forbidden")
