"""kafka-python's connections, with a time-out for TLS handshakes, and with writes that do not wait for a loop.

kafka-python 3.0.12 waits for a handshake without a limit: a broker that accepted connections and then said nothing
blocked the constructor of a producer for ever, whatever its time-outs were. Here a handshake has to end within the
connection's time-out, and the socket of a connection or handshake that failed, or was given up, is closed.

It also asks its selector whether a socket is writable before each write, which costs three system calls, and writes
nothing until the loop is driven again. Nearly always the socket is writable, so here it is tried at once.
"""

import selectors
import socket
import ssl
from collections.abc import Sequence
from typing import Protocol

from kafka.errors import KafkaConnectionError, KafkaError
from kafka.net.compat import KafkaNetClient
from kafka.net.inet import KafkaNetSocket
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaSSLTransport, KafkaTCPTransport


class _Broker(Protocol):
    host: str
    port: int


def bounded_client(**config: object) -> object:
    """Create a client for the option `kafka_client` of kafka-python's producer, consumer and admin client."""
    net = NetworkSelector(**{**config, "selector": _Selector})
    return KafkaNetClient(net=net, manager=_Manager(net, **config))


class _Selector(selectors.DefaultSelector):
    """A selector that does not describe a socket which is not registered, by two system calls, in its KeyError.

    kafka-python looks each socket up so before it waits for it.
    """

    _fd_to_key: dict[int, selectors.SelectorKey]

    def get_key(self, fileobj: socket.socket) -> selectors.SelectorKey:  # type: ignore[override] # only sockets here
        """Raises KeyError."""
        return self._fd_to_key[fileobj.fileno()]


class _PlainTransport(KafkaTCPTransport):  # type: ignore[misc] # kafka-python is not typed
    _writing: bool

    def write(self, data: bytes) -> None:
        """Write what the socket takes at once, and leave the rest to the loop. Raises RuntimeError when closed."""
        if self._writing or self._closed or not self._write:
            super().write(data)
            return
        self._write_buffer.append(data)
        _, error = self._sock_send()
        if error is not None:
            self.abort(error)
        elif self._write_buffer:
            self._writing = True
            self._write_task = self._net.call_soon(self._write_to_sock)


class _EncryptedTransport(KafkaSSLTransport, _PlainTransport):  # type: ignore[misc] # kafka-python is not typed
    timeout_at: float | None = None
    """When the handshake must be over, on the monotonic clock."""

    async def handshake(self) -> None:
        """Raises KafkaTimeoutError, and ssl.SSLError or OSError where the broker refuses."""
        while True:
            try:
                self._sock.do_handshake()
            except ssl.SSLWantReadError:
                await self._net.wait_read(self._sock, timeout_at=self.timeout_at)
            except ssl.SSLWantWriteError:
                await self._net.wait_write(self._sock, timeout_at=self.timeout_at)
            else:
                return


class _Manager(KafkaConnectionManager):  # type: ignore[misc] # kafka-python is not typed
    async def _build_transport(self, node: _Broker, timeout_at: float | None = None) -> _PlainTransport:
        """Do what kafka-python's method does, but within the time-out. Raises KafkaConnectionError."""
        sock = await self._connected_socket(node, timeout_at)
        if not self.ssl_enabled:
            return _PlainTransport(self._net, sock, host=node.host)
        options = {name: value for name, value in self.config.items() if name.startswith("ssl_")}
        transport = _EncryptedTransport(self._net, sock, host=node.host, **options)
        transport.timeout_at = timeout_at
        try:
            await transport.handshake()
        except (KafkaError, OSError) as error:
            transport.close()
            raise KafkaConnectionError(f"Handshake failed: {error}") from error
        return transport

    async def _connected_socket(self, node: _Broker, timeout_at: float | None) -> socket.socket:
        """Do what kafka-python's `create_connection` does, and close sockets that do not get connected."""
        error: Exception = KafkaConnectionError(f"{node.host} has no address")
        for address in KafkaNetSocket().dns_lookup(node.host, node.port):
            try:
                return await _connect(self._net, address, self.config["socket_options"], timeout_at)
            except (KafkaError, OSError) as failure:
                error = failure
        raise KafkaConnectionError(f"unable to connect: {error}") from error


async def _connect(
    net: NetworkSelector, address: Sequence[object], options: Sequence[tuple[int, int, int]], timeout_at: float | None
) -> socket.socket:
    """Raises KafkaError, OSError."""
    family, kind, protocol, _, target = address
    factory = KafkaNetSocket()
    sock: socket.socket = factory.socket(family, kind, protocol)
    try:
        sock.setblocking(False)
        for option in options:
            sock.setsockopt(*option)
        await factory.sock_connect(net, sock, target, timeout_at=timeout_at)
    except BaseException:  # GeneratorExit too: the client was closed meanwhile
        sock.close()
        raise
    return sock
