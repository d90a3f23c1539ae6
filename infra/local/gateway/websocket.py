"""The websocket API, an ASGI application: one call is one connection, from the upgrade to `$disconnect`."""

import asyncio
import contextlib
import time

from infra.local.gateway import events
from infra.local.gateway.answers import (
    GOING_AWAY,
    INTEGRATION_FAILED,
    INTEGRATION_TIMED_OUT,
    TOO_MANY_CONNECTIONS,
    UNSUPPORTED_DATA,
    URL_TOO_LONG,
    Answer,
    Ending,
    ended_by_client,
    error_frame,
    refused,
)
from infra.local.gateway.asgi import Receive, Scope, Send, headers, refuse_upgrade, source_ip
from infra.local.gateway.connections import BufferFullError, Connection, Connections, GoneError, now_ms
from infra.local.gateway.events import Client, Identity
from infra.local.gateway.invocation import WebsocketEvent
from infra.local.gateway.lambda_service import FunctionError, FunctionTimedOutError, LambdaService
from infra.local.gateway.limits import NEW_CONNECTIONS_PER_SECOND, URL_BYTES, Timeouts, TokenBucket

ABORTED = ended_by_client(1006, None)


class WebsocketApi:
    """Invokes `$connect`, `$default` and `$disconnect`, those of them that the app declares."""

    def __init__(self, functions: LambdaService, connections: Connections, timeouts: Timeouts) -> None:
        self._functions = functions
        self._connections = connections
        self._timeouts = timeouts
        self._new_connections = TokenBucket(NEW_CONNECTIONS_PER_SECOND, time.monotonic())
        self._messages: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        client = _client(scope)
        try:
            self._admit(scope)
            subprotocol = await self._connect(client, scope)
        except _RefusedError as refusal:
            await refuse_upgrade(send, refusal.answer)
            return
        connection = Connection(client, send, self._timeouts)
        try:
            await send({"type": "websocket.accept", "subprotocol": subprotocol})
            self._connections.add(connection)
            ending = await self._serve(connection, receive)
        except OSError:
            ending = ABORTED  # during `$connect`
        finally:
            self._connections.remove(connection)
        await self._disconnect(client, ending)

    def _admit(self, scope: Scope) -> None:
        if len(scope["raw_path"]) + 1 + len(scope["query_string"]) > URL_BYTES:
            raise _RefusedError(URL_TOO_LONG)
        if not self._new_connections.take(time.monotonic()):
            raise _RefusedError(TOO_MANY_CONNECTIONS)

    async def _connect(self, client: Client, scope: Scope) -> str | None:
        """Ask `$connect`, and give the subprotocol that it chose. The connection exists only afterwards."""
        if not self._functions.declares("$connect"):
            return None
        request_id = events.new_id()
        query = scope["query_string"].decode("latin-1")
        event = events.connect(client, headers(scope), query, request_id=request_id, now=client.connected_at)
        try:
            answer = await self._functions.invoke(WebsocketEvent(request_id, "$connect", event))
        except FunctionTimedOutError:
            raise _RefusedError(INTEGRATION_TIMED_OUT) from None
        except FunctionError:
            raise _RefusedError(INTEGRATION_FAILED) from None
        if not 200 <= answer.status < 300:
            raise _RefusedError(refused(answer.status))
        return answer.subprotocol

    async def _serve(self, connection: Connection, receive: Receive) -> Ending:
        """Invoke a function for each message, until one side closes."""
        reading = asyncio.create_task(self._read(connection, receive))
        try:
            while not (connection.ending.done() or reading.done()):
                if (left := connection.expires_in()) <= 0:
                    connection.close(GOING_AWAY)
                await asyncio.wait(
                    {reading, connection.ending}, timeout=max(left, 0), return_when=asyncio.FIRST_COMPLETED
                )
        finally:
            reading.cancel()
        if not connection.ending.done():
            return reading.result()
        await connection.send_close(connection.ending.result())
        return connection.ending.result()

    async def _read(self, connection: Connection, receive: Receive) -> Ending:
        """Messages are invoked concurrently, as on AWS, which promises no order."""
        while True:
            received = await receive()
            if received["type"] == "websocket.disconnect":
                return ended_by_client(received["code"], received.get("reason"))
            text = received.get("text")
            if text is None:
                connection.close(UNSUPPORTED_DATA)
                return UNSUPPORTED_DATA
            connection.touch()
            task = asyncio.create_task(self._message(connection, text))
            self._messages.add(task)
            task.add_done_callback(self._messages.discard)

    async def _message(self, connection: Connection, text: str) -> None:
        client, request_id = connection.client, events.new_id()
        event = events.message(client, text, request_id=request_id, now=now_ms())
        try:
            await self._functions.invoke(WebsocketEvent(request_id, "$default", event))
        except FunctionError:
            with contextlib.suppress(GoneError, BufferFullError):
                await connection.push(error_frame(client.connection_id, request_id))

    async def _disconnect(self, client: Client, ending: Ending) -> None:
        """Best effort, as on AWS: a failure is in the log and nowhere else."""
        if not self._functions.declares("$disconnect"):
            return
        request_id = events.new_id()
        event = events.disconnect(client, ending.code, ending.reason, request_id=request_id, now=now_ms())
        with contextlib.suppress(FunctionError):
            await self._functions.invoke(WebsocketEvent(request_id, "$disconnect", event))


class _RefusedError(Exception):
    """The upgrade is refused with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def _client(scope: Scope) -> Client:
    fields = dict(headers(scope))
    return Client(
        connection_id=events.new_id(),
        connected_at=now_ms(),
        identity=Identity(source_ip(scope), fields.get("user-agent")),
        domain_name=fields.get("host", ""),
    )
