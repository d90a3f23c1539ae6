"""The client that writes to Kafka: one producer per process. Every wait for it has a limit."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, cast

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.options import kafka_options
from chalicelib.errors import KafkaUnavailable
from chalicelib.settings.addresses import host_and_port
from chalicelib.settings.kafka import KafkaSettings

log = logging.getLogger(__name__)

ACKNOWLEDGE_SECONDS = 1.0
"""How long an operation waits for Kafka, from the connection to the acknowledgement. MongoDB still has the event."""

METADATA_SECONDS = 0.5

PROBE_SECONDS = 0.05
"""How long a probe, which finds out whether Kafka is back, waits. A new connection may wait for it twice.

With TLS and SCRAM a connection takes longer than that, 0.15 to 0.4 s on this project's machines. Such a probe may take
ACKNOWLEDGE_SECONDS, once a server accepts connections. With less time, a process that did not reach Kafka at its start
would never reach it.
"""


class _Future(Protocol):
    def get(self, timeout: float | None = None) -> object: ...


class _Producer(Protocol):
    """The part of kafka-python's KafkaProducer that is used here."""

    def send(self, topic: str, *, key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]]) -> _Future: ...
    def close(self, *, timeout: float) -> None: ...


class _Cluster(Protocol):
    _topics: set[str]


class _Client(Protocol):
    """The part of kafka-python's KafkaNetClient that is used here."""

    cluster: _Cluster

    def close(self) -> None: ...


class RecordFuture:
    """A record that is on its way to Kafka."""

    def __init__(self, future: _Future, deadline: float, breaker: Breaker) -> None:
        self._future = future
        self._deadline = deadline
        self._breaker = breaker

    def acknowledged(self) -> bool:
        """Whether Kafka acknowledges the record. Blocks until the deadline at most. Never raises."""
        from kafka.errors import KafkaError  # noqa: PLC0415 - see Producer

        try:
            self._future.get(timeout=max(0.0, self._deadline - time.monotonic()))
        except KafkaError as error:
            _record_failure(self._breaker, error)
            return False
        self._breaker.record_success()
        return True


def require_acknowledged(deliveries: Iterable[RecordFuture | None]) -> None:
    """Raises KafkaUnavailable unless all were acknowledged. Waits for every one of them in any case."""
    acknowledged = [delivery is not None and delivery.acknowledged() for delivery in deliveries]
    if not all(acknowledged):
        raise KafkaUnavailable


def import_ahead() -> None:
    """Import what the first record would, where a process is copied once it has imported everything."""
    import kafka  # noqa: F401, PLC0415 - see Producer


class Producer:
    """Sends records, to be acknowledged by all in-sync replicas (acks=all). A record may end up in its topic twice.

    kafka-python is imported with the first record. It would be a third of the time that importing app.py takes, 140 of
    380 ms, and a function that only reads sends nothing.
    """

    def __init__(self, settings: KafkaSettings, breaker: Breaker, topics: Collection[str] = ()) -> None:
        """`topics` are what the first connection asks about: the first record to another one takes 0.1 s longer."""
        self._settings = settings
        self._topics = topics
        self._breaker = breaker
        self._producer: _Producer | None = None
        self._connect_lock = threading.Lock()
        self._is_connecting = False

    def send(
        self, topic: str, key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]] = ()
    ) -> RecordFuture | None:
        """Begin to send a record. Returns None where Kafka is known to be down or cannot be reached. Never raises.

        While the breaker is open, a record that is sent when a probe is due is the probe: see PROBE_SECONDS.
        """
        if not self._breaker.closed and not self._breaker.probe_is_due:
            return None
        from kafka.errors import KafkaError  # noqa: PLC0415 - before the deadline is set

        is_short_probe = not (self._breaker.closed or self._settings.is_secured)
        seconds = PROBE_SECONDS if is_short_probe else ACKNOWLEDGE_SECONDS
        deadline = time.monotonic() + seconds
        try:
            future = self._connected(deadline).send(topic, key=key, value=value, headers=list(headers))
        except KafkaError as error:
            _record_failure(self._breaker, error)
            return None
        return RecordFuture(future, deadline, self._breaker)

    def connect(self) -> None:
        """Connect, unless it is connected. Blocks for ACKNOWLEDGE_SECONDS at most. Never raises.

        A failure is left to the first record: this process may have been frozen while it connected.
        """
        from kafka.errors import KafkaError  # noqa: PLC0415 - see the class

        with suppress(KafkaError):
            self._connected(time.monotonic() + ACKNOWLEDGE_SECONDS)

    def connect_soon(self) -> None:
        """Begin to connect in the background, where nothing was sent yet. Never waits for Kafka, and never raises."""
        if self._producer is None and not self._is_connecting:
            self._is_connecting = True
            import_ahead()  # not by the thread: two threads that import parts of a package may wait for each other
            threading.Thread(target=self.connect, name="kafka-connect", daemon=True).start()

    def ping(self) -> bool:
        """Whether a bootstrap server accepts connections within PROBE_SECONDS."""
        for server in self._settings.bootstrap_servers:
            try:
                socket.create_connection(host_and_port(server), timeout=PROBE_SECONDS).close()
            except OSError:
                continue
            return True
        return False

    def _connected(self, deadline: float) -> _Producer:
        """Return the producer, created at its first use. Raises KafkaError where that is not done by `deadline`.

        Another thread may be creating it.
        """
        from kafka.errors import KafkaConnectionError, KafkaTimeoutError  # noqa: PLC0415

        if self._producer is not None:
            return self._producer
        if not self._connect_lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise KafkaTimeoutError("the connection takes too long")
        try:
            if self._producer is None:
                # Without a broker, the constructor of a producer waits for its whole time-out.
                if not self.ping():
                    raise KafkaConnectionError("no bootstrap server accepts connections")
                self._producer = self._connect(max(0.0, deadline - time.monotonic()))
            return self._producer
        finally:
            self._connect_lock.release()

    def close(self) -> None:
        if self._producer is not None:
            self._producer.close(timeout=ACKNOWLEDGE_SECONDS)

    def _connect(self, seconds: float) -> _Producer:
        """Create the producer. Raises KafkaError.

        A constructor that fails leaves its connections to the garbage collector, so they are closed here.
        """
        from kafka.errors import KafkaConnectionError, KafkaError  # noqa: PLC0415
        from kafka.net.compat import KafkaNetClient  # noqa: PLC0415

        options = kafka_options(self._settings)
        client_type = cast("Callable[..., _Client]", options.pop("kafka_client", KafkaNetClient))
        clients: list[_Client] = []

        def kafka_client(**config: object) -> _Client:
            clients.append(client_type(**config))
            # kafka-python 3.0.12 asks about no topic when it connects, and then not again within 0.1 s.
            clients[-1].cluster._topics.update(self._topics)
            return clients[-1]

        try:
            return self._construct(seconds, {**options, "kafka_client": kafka_client})
        except KafkaError as error:
            for client in clients:
                client.close()
            if not self._settings.is_secured:
                raise
            # A broker that refuses a login only closes the connection, and nothing else would hint at it.
            raise KafkaConnectionError(
                f"{error!r}; a broker accepts connections, so authentication may be at fault: login or authority"
            ) from error

    @staticmethod
    def _construct(seconds: float, options: Mapping[str, object]) -> _Producer:
        from kafka import KafkaProducer  # noqa: PLC0415

        producer: _Producer = KafkaProducer(
            **options,
            client_id="devconnect",
            acks="all",
            # kafka-python 3.0.12 never sends anything again once an idempotent batch that was retried has expired: it
            # resets the producer id and does not ask for a new one. Two copies of a record, which a retry can cause,
            # have the same eventId, and so the effect happens once.
            enable_idempotence=False,
            linger_ms=0,
            # Dead letters may be this large. For every other topic, the brokers apply their own limit.
            max_request_size=2 * 1024 * 1024,
            # By default, a constructor without a broker blocks for 30 s, and a send for 60 s.
            bootstrap_timeout_ms=int(seconds * 1000),
            max_block_ms=int(METADATA_SECONDS * 1000),
            request_timeout_ms=900,
            delivery_timeout_ms=1_000,
            # With the default, records still fail 11 s after the broker has come back.
            reconnect_backoff_max_ms=200,
            metrics_enabled=False,
        )
        return producer


def _record_failure(breaker: Breaker, error: Exception) -> None:
    if breaker.closed:
        log.warning("Kafka is down, events stay pending: %r", error, extra={"action": "kafka_down"})
    breaker.record_failure()
