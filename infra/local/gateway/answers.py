"""What API Gateway itself answers where no function does: statuses, error bodies, close codes, frames.

Sources: the ApiGatewayManagementApi reference, and in API Gateway's developer guide "Gateway response types"
and "WebSocket API status codes".
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Ending:
    """How a websocket ends: close code and reason (RFC 6455, 7.4)."""

    code: int
    reason: str


GOING_AWAY = Ending(1001, "Going away")
UNSUPPORTED_DATA = Ending(1003, "Unsupported data")
DELETED_BY_APP = Ending(1000, "Normal closure")

_REASONS = {
    1005: "Client-side close frame status not set",
    1006: "Connection closed abnormally",
    1007: "Invalid frame payload data",
    1009: "Message too long",
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. Header names may repeat."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


def _json(status: int, body: dict[str, str]) -> Answer:
    return Answer(status, json.dumps(body).encode())


def _rest(status: int, sentence: str, code: str) -> Answer:
    answer = _json(status, {"error": sentence, "code": code})
    return Answer(status, answer.body, (*answer.headers, ("access-control-allow-origin", "*")))


# REST, in the project's own shape, as infra/cloudformation/app/gateway_responses.yml has it on AWS.
NO_SUCH_ROUTE = _rest(404, "There is no such route.", "not_found")
BODY_TOO_LARGE = _rest(413, "The request is larger than 10 MB.", "too_large")
UNAVAILABLE = _rest(503, "The service cannot answer right now: try again.", "unavailable")

# The websocket's upgrade.
INTEGRATION_FAILED = _json(502, {"message": "Internal server error"})
INTEGRATION_TIMED_OUT = _json(504, {"message": "Endpoint request timed out"})
FORBIDDEN = _json(403, {"message": "Forbidden"})
URL_TOO_LONG = _json(414, {"message": "URI Too Long"})
TOO_MANY_CONNECTIONS = _json(429, {"message": "Too Many Requests"})


def refused(status: int) -> Answer:
    """The refused upgrade, with the status of `$connect`'s answer and without its body."""
    return Answer(status)


def ended_by_client(code: int, reason: str | None) -> Ending:
    """The ending that `$disconnect` is told of. A code that came without a reason gets one."""
    return Ending(code, reason or _REASONS.get(code, ""))


def error_frame(connection_id: str, request_id: str) -> str:
    """The frame to a client whose message's function gave no answer. The spacing is API Gateway's."""
    ids = f'"connectionId":"{connection_id}", "requestId":"{request_id}"'
    return f'{{"message": "Internal server error", {ids}}}'


# The @connections API. Without the header x-amzn-ErrorType, boto3 raises a ClientError of no type.
POSTED = Answer(200)
DELETED = Answer(204, headers=())


def management_error(status: int, error_type: str, message: str | None = None) -> Answer:
    headers = (("content-type", "application/json"), ("x-amzn-ErrorType", error_type))
    return Answer(status, json.dumps({"message": message}).encode(), headers)


GONE = management_error(410, "GoneException")
PAYLOAD_TOO_LARGE = management_error(413, "PayloadTooLargeException", "The data exceeds 131072 bytes")
BUFFER_FULL = management_error(429, "LimitExceededException", "The client's buffer is full")
NOT_ALLOWED = management_error(403, "ForbiddenException", "Forbidden")
