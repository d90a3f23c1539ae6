"""The @connections API, with which functions push to connections, inspect them and close them.

Source: the ApiGatewayManagementApi reference. Signatures are not checked, as only this machine can call it.
"""

import json
from datetime import UTC, datetime
from urllib.parse import unquote

from chalice_local_websockets.asgi import BodyCutOffError, BodyTooLargeError, Receive, Scope, Send, read_body, respond
from chalice_local_websockets.connections import BufferFullError, Connection, Connections, GoneError
from chalice_local_websockets.limits import MESSAGE_BYTES
from chalice_local_websockets.responses import (
    BUFFER_FULL,
    DELETED,
    DELETED_BY_APP,
    GONE,
    NOT_ALLOWED,
    PAYLOAD_TOO_LARGE,
    POSTED,
    Response,
)


class ManagementApi:
    """An ASGI application: POST, GET and DELETE of `[/<stage>]/@connections/<connectionId>`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, MESSAGE_BYTES)
            response = await self._handle(scope, body)
        except BodyCutOffError:
            return
        except BodyTooLargeError:
            response = PAYLOAD_TOO_LARGE
        except GoneError:
            response = GONE
        except BufferFullError:
            response = BUFFER_FULL
        await respond(send, response)

    async def _handle(self, scope: Scope, body: bytes) -> Response:
        _, marker, connection_id = unquote(scope["raw_path"].decode("ascii")).partition("/@connections/")
        if not marker:
            return NOT_ALLOWED
        connection = self._connections.get(connection_id)
        match scope["method"]:
            case "POST":
                await connection.push(body.decode(errors="replace"))  # a text frame must be UTF-8 (RFC 6455, 5.6)
                return POSTED
            case "GET":
                return _description(connection)
            case "DELETE":
                connection.close(DELETED_BY_APP)
                return DELETED
            case _:
                return NOT_ALLOWED


def _description(connection: Connection) -> Response:
    info = connection.info
    body = {
        "connectedAt": _iso8601(info.connected_at),
        "identity": info.identity.as_json(),
        "lastActiveAt": _iso8601(connection.last_active_at),
    }
    return Response(200, json.dumps(body).encode())


def _iso8601(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
