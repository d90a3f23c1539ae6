"""The websocket API, an ASGI application: one call serves one connection, from the upgrade to `$disconnect`."""

import asyncio
import contextlib
import time

from chalice_local_websockets import events
from chalice_local_websockets.asgi import Receive, Scope, Send, headers, refuse_upgrade, source_ip
from chalice_local_websockets.clock import Clock
from chalice_local_websockets.connections import BufferFullError, Connection, Connections, GoneError
from chalice_local_websockets.events import ConnectionInfo, Identity
from chalice_local_websockets.invocation import WebsocketEvent
from chalice_local_websockets.lambda_service import FunctionError, FunctionTimedOutError, LambdaService
from chalice_local_websockets.limits import (
    FRAMES_IN_FLIGHT,
    NEW_CONNECTIONS_PER_SECOND,
    URL_BYTES,
    Timeouts,
    TokenBucket,
)
from chalice_local_websockets.responses import (
    GOING_AWAY,
    INTEGRATION_FAILED,
    INTEGRATION_TIMED_OUT,
    NO_SUCH_STAGE,
    TOO_MANY_CONNECTIONS,
    UNSUPPORTED_DATA,
    URL_TOO_LONG,
    CloseStatus,
    Response,
    ended_by_client,
    error_frame,
    forbidden_frame,
    refused,
)

ABORTED = ended_by_client(1006, None)

NEW_MS = 2_000
"""For how long a connection is a new one: many that come at once shall not hold up those that talk."""


class WebsocketApi:
    """Invokes `$connect`, `$default` and `$disconnect`, as far as the app declares them."""

    def __init__(
        self, functions: LambdaService, connections: Connections, *, timeouts: Timeouts, stage: str, clock: Clock
    ) -> None:
        self._functions = functions
        self._connections = connections
        self._timeouts = timeouts
        self._stage = stage
        self._clock = clock
        # The stage is at the root of a domain of one's own, and below its name at API Gateway's. Nothing else exists.
        self._paths = {b"/", f"/{stage}".encode(), f"/{stage}/".encode()}
        self._new_connections = TokenBucket(NEW_CONNECTIONS_PER_SECOND, time.monotonic())
        self._messages: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        info = self._connection_info(scope)
        try:
            self._admit(scope)
            subprotocol = await self._connect(info, scope)
        except _RefusedError as refusal:
            await refuse_upgrade(send, refusal.response)
            return
        connection = Connection(info, send, self._timeouts, self._clock)
        try:
            await send({"type": "websocket.accept", "subprotocol": subprotocol})
            self._connections.add(connection)
            close_status = await self._serve(connection, receive)
        except OSError:
            close_status = ABORTED  # the client left during `$connect`
        finally:
            self._connections.remove(connection)
        await self._disconnect(info, close_status)

    def _connection_info(self, scope: Scope) -> ConnectionInfo:
        fields = dict(headers(scope))
        return ConnectionInfo(
            connection_id=events.new_id(),
            connected_at=self._clock.now_ms(),
            identity=Identity(source_ip(scope), fields.get("user-agent")),
            domain_name=fields.get("host", ""),
            stage=self._stage,
        )

    def _admit(self, scope: Scope) -> None:
        if len(scope["raw_path"]) + 1 + len(scope["query_string"]) > URL_BYTES:
            raise _RefusedError(URL_TOO_LONG)
        if scope["raw_path"] not in self._paths:
            raise _RefusedError(NO_SUCH_STAGE)
        if not self._new_connections.take(time.monotonic()):
            raise _RefusedError(TOO_MANY_CONNECTIONS)

    async def _connect(self, info: ConnectionInfo, scope: Scope) -> str | None:
        """Invoke `$connect`; returns the subprotocol that it chose. The connection exists only afterwards."""
        if not self._functions.declares("$connect"):
            return None
        request_id = events.new_id()
        query = scope["query_string"].decode("latin-1")
        event = events.connect(info, headers(scope), query, request_id=request_id, now=info.connected_at)
        try:
            response = await self._functions.invoke(
                WebsocketEvent(request_id, "$connect", event), _comings_and_goings(info), is_new=True
            )
        except FunctionTimedOutError:
            raise _RefusedError(INTEGRATION_TIMED_OUT) from None
        except FunctionError:
            raise _RefusedError(INTEGRATION_FAILED) from None
        if not 200 <= response.status < 300:
            raise _RefusedError(refused(response.status))
        return response.subprotocol

    async def _serve(self, connection: Connection, receive: Receive) -> CloseStatus:
        """Invoke a function for each message, until one side closes."""
        reading = asyncio.create_task(self._read(connection, receive))
        try:
            while not (connection.close_status.done() or reading.done()):
                if (left := connection.expires_in()) <= 0:
                    connection.close(GOING_AWAY)
                await self._clock.wait({reading, connection.close_status}, max(left, 0))
        finally:
            reading.cancel()
        if not connection.close_status.done():
            return reading.result()
        await connection.send_close(connection.close_status.result())
        return connection.close_status.result()

    async def _read(self, connection: Connection, receive: Receive) -> CloseStatus:
        """Read messages and invoke `$default` for them concurrently, as AWS does, which promises no order.

        No message is read while FRAMES_IN_FLIGHT earlier ones are worked on: the others wait in the client's socket.
        """
        in_flight = asyncio.Semaphore(FRAMES_IN_FLIGHT)
        while True:
            await in_flight.acquire()
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
            task.add_done_callback(lambda _: in_flight.release())

    async def _message(self, connection: Connection, text: str) -> None:
        info, request_id = connection.info, events.new_id()
        if not self._functions.declares("$default"):
            with contextlib.suppress(GoneError, BufferFullError):
                await connection.push(forbidden_frame(info.connection_id, request_id))
            return
        now = self._clock.now_ms()
        event = events.message(info, text, request_id=request_id, now=now)
        is_new = now - info.connected_at < NEW_MS
        try:
            await self._functions.invoke(
                WebsocketEvent(request_id, "$default", event), info.connection_id, is_new=is_new
            )
        except FunctionError:
            with contextlib.suppress(GoneError, BufferFullError):
                await connection.push(error_frame(info.connection_id, request_id))

    async def _disconnect(self, info: ConnectionInfo, close_status: CloseStatus) -> None:
        """Invoke `$disconnect`. Best effort, as on AWS: a failure is only logged."""
        if not self._functions.declares("$disconnect"):
            return
        request_id = events.new_id()
        event = events.disconnect(
            info, close_status.code, close_status.reason, request_id=request_id, now=self._clock.now_ms()
        )
        with contextlib.suppress(FunctionError):
            await self._functions.invoke(
                WebsocketEvent(request_id, "$disconnect", event), _comings_and_goings(info), is_new=True
            )


class _RefusedError(Exception):
    """The upgrade is refused with this response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def _comings_and_goings(info: ConnectionInfo) -> tuple[str, str]:
    """The lane of `$connect` and `$disconnect`: one for each address, as a flood of connects has many connections."""
    return "connections", info.identity.source_ip
