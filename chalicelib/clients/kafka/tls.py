"""kafka-python with an end to its TLS handshakes.

kafka-python 3.0.12 waits for a handshake as long as it takes: a broker that accepts connections and says nothing held
the constructor of a producer for ever, whatever its time-outs said. Here a handshake ends when its connection should
stand, and what it leaves is closed.
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
    """For the option `kafka_client` of kafka-python's producer, consumer and admin client."""
    net = NetworkSelector(**config)
    return KafkaNetClient(net=net, manager=_Manager(net, **config))


class _Transport(KafkaSSLTransport):  # type: ignore[misc] # kafka-python is not typed
    timeout_at: float | None = None
    """On the monotonic clock."""

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
        """As it is in kafka-python, but for the bound. Raises KafkaConnectionError."""
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
