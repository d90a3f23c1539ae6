"""The events with which API Gateway invokes a websocket API's functions.

Source: "Lambda proxy integration for WebSocket APIs", and events as API Gateway sends them. Times are
milliseconds since the epoch. This module has no sockets, and the caller provides the time.
"""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

API_ID = "local"

Json = dict[str, object]
Pairs = Sequence[tuple[str, str]]


def new_id() -> str:
    """Returns a new id in API Gateway's format for connections, requests and messages: `L0SM9cOFvHcCIhw=`."""
    return base64.urlsafe_b64encode(os.urandom(11)).decode()


@dataclass(frozen=True)
class Identity:
    """The client of a connection, as an event's `identity` describes it."""

    source_ip: str
    user_agent: str | None

    def as_json(self) -> Json:
        agent: Json = {"userAgent": self.user_agent} if self.user_agent else {}
        return {"sourceIp": self.source_ip} | agent


@dataclass(frozen=True)
class ConnectionInfo:
    """A connection as its events describe it. `domain_name` is the Host header of the upgrade."""

    connection_id: str
    connected_at: int
    identity: Identity
    domain_name: str
    stage: str


def connect(info: ConnectionInfo, headers: Sequence[tuple[str, str]], query: str, *, request_id: str, now: int) -> Json:
    """Returns the `$connect` event, the only one with headers. It has query keys only if the URL has a query."""
    event: Json = _grouped("headers", "multiValueHeaders", headers)
    if parameters := parse_qsl(query, keep_blank_values=True):
        event |= _grouped("queryStringParameters", "multiValueQueryStringParameters", parameters)
    context = _context(info, "$connect", "CONNECT", request_id=request_id, now=now)
    return event | {"requestContext": context, "isBase64Encoded": False}


def message(info: ConnectionInfo, body: str, *, request_id: str, now: int) -> Json:
    """Returns the event of a text message. Chalice declares only the route `$default` for messages, so all go there."""
    context = _context(info, "$default", "MESSAGE", request_id=request_id, now=now)
    return {"requestContext": context | {"messageId": new_id()}, "body": body, "isBase64Encoded": False}


def disconnect(info: ConnectionInfo, code: int, reason: str, *, request_id: str, now: int) -> Json:
    """Returns the `$disconnect` event with the close code received (1005: it had no code, 1006: no close frame)."""
    context = _context(info, "$disconnect", "DISCONNECT", request_id=request_id, now=now)
    close_status = {"disconnectStatusCode": code, "disconnectReason": reason}
    return {"requestContext": context | close_status, "isBase64Encoded": False}


def _context(info: ConnectionInfo, route_key: str, event_type: str, *, request_id: str, now: int) -> Json:
    return {
        "routeKey": route_key,
        "eventType": event_type,
        "extendedRequestId": request_id,
        "requestTime": datetime.fromtimestamp(now / 1000, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),  # CLF
        "messageDirection": "IN",
        "stage": info.stage,
        "connectedAt": info.connected_at,
        "requestTimeEpoch": now,
        "identity": info.identity.as_json(),
        "requestId": request_id,
        "domainName": info.domain_name,
        "connectionId": info.connection_id,
        "apiId": API_ID,
    }


def _grouped(single: str, multiple: str, pairs: Pairs) -> Json:
    """Returns API Gateway's two views of names that may repeat: the last value of each, and all values."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {single: {name: all_of[-1] for name, all_of in values.items()}, multiple: values}
