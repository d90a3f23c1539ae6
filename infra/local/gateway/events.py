"""The events with which API Gateway invokes a websocket API's functions.

Source: "Lambda proxy integration for WebSocket APIs", and events as API Gateway sends them. Times are
milliseconds since the epoch. No sockets here; the time is the caller's.
"""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

API_ID = "local"
STAGE = "v1"

Json = dict[str, object]
Pairs = Sequence[tuple[str, str]]


def new_id() -> str:
    """An id as API Gateway makes them for connections, requests and messages: `L0SM9cOFvHcCIhw=`."""
    return base64.urlsafe_b64encode(os.urandom(11)).decode()


@dataclass(frozen=True)
class Identity:
    """Who is on the other side of a connection."""

    source_ip: str
    user_agent: str | None

    def as_json(self) -> Json:
        agent: Json = {"userAgent": self.user_agent} if self.user_agent else {}
        return {"sourceIp": self.source_ip} | agent


@dataclass(frozen=True)
class Client:
    """One connection as its events show it. `domain_name` is the Host it connected to."""

    connection_id: str
    connected_at: int
    identity: Identity
    domain_name: str


def connect(client: Client, headers: Sequence[tuple[str, str]], query: str, *, request_id: str, now: int) -> Json:
    """`$connect`, the only event with headers. Query keys are there only when the URL has any."""
    event: Json = _grouped("headers", "multiValueHeaders", headers)
    if parameters := parse_qsl(query, keep_blank_values=True):
        event |= _grouped("queryStringParameters", "multiValueQueryStringParameters", parameters)
    context = _context(client, "$connect", "CONNECT", request_id=request_id, now=now)
    return event | {"requestContext": context, "isBase64Encoded": False}


def message(client: Client, body: str, *, request_id: str, now: int) -> Json:
    """A text message. Chalice declares no route but `$default` for messages, so every one goes there."""
    context = _context(client, "$default", "MESSAGE", request_id=request_id, now=now)
    return {"requestContext": context | {"messageId": new_id()}, "body": body, "isBase64Encoded": False}


def disconnect(client: Client, code: int, reason: str, *, request_id: str, now: int) -> Json:
    """`$disconnect`, with the close code as the gateway saw it (1005: none in it, 1006: no close frame)."""
    context = _context(client, "$disconnect", "DISCONNECT", request_id=request_id, now=now)
    ending = {"disconnectStatusCode": code, "disconnectReason": reason}
    return {"requestContext": context | ending, "isBase64Encoded": False}


def _context(client: Client, route_key: str, event_type: str, *, request_id: str, now: int) -> Json:
    return {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": datetime.fromtimestamp(now / 1000, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),  # CLF
        "messageDirection": "IN",
        "stage": STAGE,
        "connectedAt": client.connected_at,
        "requestTimeEpoch": now,
        "identity": client.identity.as_json(),
        "requestId": request_id,
        "domainName": client.domain_name,
        "connectionId": client.connection_id,
        "apiId": API_ID,
    }


def _grouped(single: str, multiple: str, pairs: Pairs) -> Json:
    """API Gateway's two views of repeatable names: the last value of each, and all of them."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {single: {name: all_of[-1] for name, all_of in values.items()}, multiple: values}
