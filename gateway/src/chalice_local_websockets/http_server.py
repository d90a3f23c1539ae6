"""uvicorn as the gateway runs it: two servers in one event loop, which leave signals to the gateway."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from chalice_local_websockets.limits import FRAME_BYTES, MESSAGE_BYTES
from chalice_local_websockets.reads import SmallReads

KEEP_ALIVE_SECONDS = 3600  # long, as a client whose connection was closed would have to repeat its request
SHUTDOWN_SECONDS = 2


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with small reads, for requests that are pipelined."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # asyncio says BaseTransport
        super().connection_made(transport)
        transport.set_protocol(SmallReads(self, transport))


class WebsocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, with small reads.

    It is corrected where it reports endings less precisely than RFC 6455 or logs spurious errors.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # asyncio says BaseTransport
        super().connection_made(transport)
        # Soon, as uvicorn calls this before it hands the transport over from HTTP.
        asyncio.get_running_loop().call_soon(transport.set_protocol, SmallReads(self, transport))

    def connection_lost(self, exc: Exception | None) -> None:
        """Distinguish an abort (1006) from a close without a code (1005), as RFC 6455 does in 7.1.5.

        The first disconnect message in the queue counts, so the one of a received close frame takes precedence.
        """
        if self.handshake_complete:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1006})
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Respond to an upgrade that is too long to parse (414, 431), where uvicorn would leave the client waiting."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def send_receive_event_to_app(self) -> None:
        """Close with 1007 on text that is not UTF-8 (RFC 6455, 8.1), for which uvicorn logs a stack trace."""
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
        """Record the response to a refused upgrade; otherwise uvicorn logs it as an error of the application."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True


class HttpServer(uvicorn.Server):
    """One listening socket and its ASGI application."""

    def __init__(self, app: Callable[..., object], *, websockets: bool) -> None:
        config = uvicorn.Config(
            app,
            interface="asgi3",
            http=HttpProtocol,
            ws=WebsocketProtocol if websockets else "none",
            # The annotation says int, but websockets accepts (message, frame), and enforces both limits.
            ws_max_size=(MESSAGE_BYTES, FRAME_BYTES),  # type: ignore[arg-type]
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            lifespan="off",
            proxy_headers=False,  # otherwise a client could choose its own address
            access_log=False,
            log_config=None,
            log_level="warning",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do not handle signals."""
        yield

    def stop(self) -> None:
        """Accept no more connections; `serve` returns once the open ones have ended."""
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """Returns a listening socket; port 0 picks a free port. Raises OSError if the address is in use."""
    # asyncio sets TCP_NODELAY only if the protocol is given; without it every kept-alive request takes 40 ms.
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
    """Returns `host:port` of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"
