"""kafka-python with a time-out for its TLS handshakes.

kafka-python 3.0.12 waits for a handshake without a limit: a broker that accepted connections and then said nothing
blocked the constructor of a producer for ever, whatever its time-outs were. Here a handshake has to end within the
connection's time-out, and the socket of a handshake that failed is closed.
"""

import ssl
from typing import Protocol

from kafka.errors import KafkaConnectionError, KafkaError
from kafka.net.compat import KafkaNetClient
from kafka.net.inet import create_connection
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector
from kafka.net.transport import KafkaSSLTransport


class _Broker(Protocol):
    host: str
    port: int


def bounded_client(**config: object) -> object:
    """Create a client for the option `kafka_client` of kafka-python's producer, consumer and admin client."""
    net = NetworkSelector(**config)
    return KafkaNetClient(net=net, manager=_Manager(net, **config))


class _Transport(KafkaSSLTransport):  # type: ignore[misc] # kafka-python is not typed
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
    async def _build_transport(self, node: _Broker, timeout_at: float | None = None) -> _Transport:
        """Do what kafka-python's method does, but within the time-out. Raises KafkaConnectionError."""
        sock = await create_connection(
            self._net,
            node.host,
            node.port,
            self.config["socket_options"],
            proxy_url=self.config["proxy_url"],
            timeout_at=timeout_at,
        )
        options = {name: value for name, value in self.config.items() if name.startswith("ssl_")}
        transport = _Transport(self._net, sock, host=node.host, **options)
        transport.timeout_at = timeout_at
        try:
            await transport.handshake()
        except (KafkaError, OSError) as error:
            transport.close()
            raise KafkaConnectionError(f"Handshake failed: {error}") from error
        return transport
