"""uvicorn, as the gateway runs it: two servers in one event loop, which leave signals to the gateway."""

import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from infra.local.gateway.limits import FRAME_BYTES, MESSAGE_BYTES

KEEP_ALIVE_SECONDS = 3600  # a client that finds its connection closed would have to repeat its request
SHUTDOWN_SECONDS = 2


class WebsocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's, where it tells less of an ending than RFC 6455 does, or says more of it in the log than there is."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell an abort (1006) from a close without a code (1005), as RFC 6455 does in 7.1.5.

        The first ending in the queue counts, so one that a close frame told of stays.
        """
        if self.handshake_complete:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1006})
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answer an upgrade that is too long to be read (414, 431), for which uvicorn leaves the client waiting."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def send_receive_event_to_app(self) -> None:
        """Close with 1007 for text that is not UTF-8 (RFC 6455, 8.1), which uvicorn logs with a stack."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.send_close(1007)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    async def send(self, message: ASGISendEvent) -> None:
        """Note that a refused upgrade is answered, or uvicorn logs it as an error of the application."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True


class HttpServer(uvicorn.Server):
    """One listening socket and its ASGI application."""

    def __init__(self, app: Callable[..., object], *, websockets: bool) -> None:
        config = uvicorn.Config(
            app,
            interface="asgi3",
            http="httptools",
            ws=WebsocketProtocol if websockets else "none",
            # The annotation says int, but websockets takes (message, frame), and enforces both.
            ws_max_size=(MESSAGE_BYTES, FRAME_BYTES),  # type: ignore[arg-type]
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            lifespan="off",
            proxy_headers=False,  # or a client could name its own address
            access_log=False,
            log_config=None,
            log_level="warning",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield

    def stop(self) -> None:
        """Accept nothing more; `serve` returns when the connections have ended."""
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    :raises OSError: when the address is in use.
    """
    # asyncio sets TCP_NODELAY only where the protocol is named; without it every kept-alive request takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(2048)
    return listener


def address(listener: socket.socket) -> str:
    """`host:port`."""
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"
