"""Kafka: one producer per process, with every wait on it bounded."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, cast

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.options import kafka_options
from chalicelib.errors import KafkaUnavailable
from chalicelib.settings.kafka import KafkaSettings

log = logging.getLogger(__name__)

ACKNOWLEDGE_SECONDS = 1.0
"""How long an operation waits for Kafka, from the connection to the acknowledgement. The event is kept in MongoDB."""

METADATA_SECONDS = 0.5

PROBE_SECONDS = 0.05
"""The same for the attempt that finds out whether Kafka is back. A new connection may wait for it twice.

With TLS and SCRAM a connection takes longer than that, 0.15 to 0.4 s on this project's machines: such an attempt has
ACKNOWLEDGE_SECONDS, once a server accepts connections. With less, a process that has not reached Kafka at its start
would never do so.
"""


class _Future(Protocol):
    def get(self, timeout: float | None = None) -> object: ...


class _Producer(Protocol):
    """What is used of kafka-python's KafkaProducer."""

    def send(self, topic: str, *, key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]]) -> _Future: ...
    def close(self, *, timeout: float) -> None: ...


class _Client(Protocol):
    """What is used of kafka-python's KafkaNetClient."""

    def close(self) -> None: ...


class RecordFuture:
    """A record on its way. `acknowledged` waits for the rest of the bound; it never raises."""

    def __init__(self, future: _Future, deadline: float, breaker: Breaker) -> None:
        self._future = future
        self._deadline = deadline
        self._breaker = breaker

    def acknowledged(self) -> bool:
        from kafka.errors import KafkaError  # noqa: PLC0415 - see Producer

        try:
            self._future.get(timeout=max(0.0, self._deadline - time.monotonic()))
        except KafkaError as error:
            _failed(self._breaker, error)
            return False
        self._breaker.succeeded()
        return True


def require_acknowledged(deliveries: Iterable[RecordFuture | None]) -> None:
    """Raises KafkaUnavailable unless all were acknowledged. All are waited for: none is left on its way."""
    acknowledged = [delivery is not None and delivery.acknowledged() for delivery in deliveries]
    if not all(acknowledged):
        raise KafkaUnavailable


class Producer:
    """Sends records, acknowledged by all replicas in sync (acks=all). One may be in its topic twice.

    kafka-python is imported at the first of them: it is a third of what importing app.py would take, 140 of 380 ms, and
    a function that only reads sends nothing.
    """

    def __init__(self, settings: KafkaSettings, breaker: Breaker) -> None:
        self._settings = settings
        self._breaker = breaker
        self._producer: _Producer | None = None
        self._connecting = threading.Lock()

    def send(
        self, topic: str, key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]] = ()
    ) -> RecordFuture | None:
        """Begin to send; None where Kafka is known to be down or cannot be reached. Never raises.

        While the breaker is open, one attempt at a time is the probe, whose wait is as PROBE_SECONDS says.
        """
        if not self._breaker.closed and not self._breaker.probe_is_due:
            return None
        from kafka.errors import KafkaError  # noqa: PLC0415 - before the deadline is set

        hurried = not (self._breaker.closed or self._settings.is_secured)
        wait = PROBE_SECONDS if hurried else ACKNOWLEDGE_SECONDS
        deadline = time.monotonic() + wait
        try:
            future = self._connected(wait).send(topic, key=key, value=value, headers=list(headers))
        except KafkaError as error:
            _failed(self._breaker, error)
            return None
        return RecordFuture(future, deadline, self._breaker)

    def ping(self) -> bool:
        """Whether a bootstrap server accepts connections within PROBE_SECONDS."""
        for server in self._settings.bootstrap_servers:
            host, _, port = server.rpartition(":")
            try:
                socket.create_connection((host, int(port)), timeout=PROBE_SECONDS).close()
            except OSError:
                continue
            return True
        return False

    def _connected(self, seconds: float) -> _Producer:
        """The producer, made at its first use. Raises KafkaError where that takes longer than `seconds`."""
        from kafka.errors import KafkaConnectionError  # noqa: PLC0415

        with self._connecting:
            if self._producer is None:
                # A producer that is made without a broker waits for its whole time-out.
                if not self.ping():
                    raise KafkaConnectionError("no bootstrap server accepts connections")
                self._producer = self._connect(seconds)
            return self._producer

    def close(self) -> None:
        if self._producer is not None:
            self._producer.close(timeout=ACKNOWLEDGE_SECONDS)

    def _connect(self, seconds: float) -> _Producer:
        """What a constructor that fails has opened is closed here: it leaves that to the garbage collector."""
        from kafka.errors import KafkaError  # noqa: PLC0415
        from kafka.net.compat import KafkaNetClient  # noqa: PLC0415

        options = kafka_options(self._settings)
        make_client = cast("Callable[..., _Client]", options.pop("kafka_client", KafkaNetClient))
        clients: list[_Client] = []

        def kafka_client(**config: object) -> _Client:
            clients.append(make_client(**config))
            return clients[-1]

        try:
            return self._construct(seconds, {**options, "kafka_client": kafka_client})
        except KafkaError:
            for client in clients:
                client.close()
            raise

    @staticmethod
    def _construct(seconds: float, options: Mapping[str, object]) -> _Producer:
        from kafka import KafkaProducer  # noqa: PLC0415

        producer: _Producer = KafkaProducer(
            **options,
            client_id="devconnect",
            acks="all",
            # kafka-python 3.0.12 never sends again once an idempotent batch that was retried has expired: the producer
            # id is reset and not asked for anew. A record that is doubled by a retry is one eventId, and one effect.
            enable_idempotence=False,
            linger_ms=0,
            # Of a dead letter; brokers hold every other topic to their own limit.
            max_request_size=2 * 1024 * 1024,
            # A constructor without a broker blocks 30 s by default, a send 60 s.
            bootstrap_timeout_ms=int(seconds * 1000),
            max_block_ms=int(METADATA_SECONDS * 1000),
            request_timeout_ms=900,
            delivery_timeout_ms=1_000,
            # With the defaults it still fails 11 s after the broker's return.
            reconnect_backoff_max_ms=200,
            metrics_enabled=False,
        )
        return producer


def _failed(breaker: Breaker, error: Exception) -> None:
    if breaker.closed:
        log.warning("Kafka is down, events stay pending: %r", error, extra={"action": "kafka_down"})
    breaker.failed()
