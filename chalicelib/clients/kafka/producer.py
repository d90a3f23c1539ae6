"""The client that writes to Kafka: one producer per process. Every wait for it has a limit."""

import logging
import socket
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.errors import KafkaUnavailable
from chalicelib.settings.addresses import host_and_port
from chalicelib.settings.kafka import KafkaSettings

if TYPE_CHECKING:  # they import kafka-python: see Producer
    from chalicelib.clients.kafka.batches import Outcome
    from chalicelib.clients.kafka.record_client import RecordClient

log = logging.getLogger(__name__)

ACKNOWLEDGE_SECONDS = 1.0
"""How long an operation waits for Kafka, from the connection to the acknowledgement. MongoDB still has the event."""

PROBE_SECONDS = 0.05
"""How long a probe, which finds out whether Kafka is back, waits. A new connection may wait for it twice.

With TLS and SCRAM a connection takes longer than that, 0.15 to 0.4 s on this project's machines. Such a probe may take
ACKNOWLEDGE_SECONDS, once a server accepts connections. With less time, a process that did not reach Kafka at its start
would never reach it.
"""


@dataclass(frozen=True)
class RecordFuture:
    """A record that is on its way to Kafka over the connections of `client`."""

    producer: "Producer"
    client: "RecordClient"
    outcome: "Outcome"
    deadline: float

    def acknowledged(self) -> bool:
        """Whether Kafka acknowledges the record. Blocks until the deadline at most. Never raises."""
        return self.producer.is_acknowledged(self)


def require_acknowledged(futures: Iterable[RecordFuture | None]) -> None:
    """Raises KafkaUnavailable unless all were acknowledged. Waits for every one of them in any case."""
    acknowledged = [future is not None and future.acknowledged() for future in futures]
    if not all(acknowledged):
        raise KafkaUnavailable


def import_ahead() -> None:
    """Import what the first record would, where a process is copied once it has imported everything."""
    import chalicelib.clients.kafka.record_client  # noqa: F401, PLC0415 - see Producer


class Producer:
    """Sends records, to be acknowledged by all in-sync replicas (acks=all). A record may end up in its topic twice.

    kafka-python is imported with the first record. It would be a third of the time that importing app.py takes, 140 of
    380 ms, and a function that only reads sends nothing.
    """

    def __init__(self, settings: KafkaSettings, breaker: Breaker, topics: Collection[str] = ()) -> None:
        """`topics` are what the first connection asks about: the first record to another one takes a trip longer."""
        self._settings = settings
        self._topics = topics
        self._breaker = breaker
        self._client: RecordClient | None = None
        self._connect_lock = threading.Lock()
        self._is_connecting = False

    def send_all(self, records: Sequence[OutgoingRecord]) -> Sequence[RecordFuture | None]:
        """Begin to send records, in one request for each broker. Those of one key keep their order.

        Returns as many times None where Kafka is known to be down or cannot be reached. Never raises. While the breaker
        is open, what is sent when a probe is due is the probe: see PROBE_SECONDS.
        """
        nothing = [None] * len(records)
        if not records or not (self._breaker.closed or self._breaker.probe_is_due):
            return nothing
        from kafka.errors import KafkaError  # noqa: PLC0415 - before the deadline is set

        is_short_probe = not (self._breaker.closed or self._settings.is_secured)
        deadline = time.monotonic() + (PROBE_SECONDS if is_short_probe else ACKNOWLEDGE_SECONDS)
        client = None
        try:
            client = self._connected(deadline)
            outcomes = client.send(records, deadline)
        except KafkaError as error:
            self._record_failure(error, client)
            return nothing
        return [RecordFuture(self, client, outcome, deadline) for outcome in outcomes]

    def is_acknowledged(self, future: RecordFuture) -> bool:
        """Whether Kafka acknowledges a record: see RecordFuture."""
        from kafka.errors import KafkaError  # noqa: PLC0415 - see the class

        try:
            future.client.wait(future.outcome, future.deadline)
        except KafkaError as error:
            self._record_failure(error, future.client)
            return False
        if future.client is self._client:  # else another record has failed since
            self._breaker.record_success()
        return True

    def connect(self) -> None:
        """Connect, unless it is connected. Blocks for ACKNOWLEDGE_SECONDS at most. Never raises.

        A failure is left to the first record: this process may have been frozen while it connected.
        """
        from kafka.errors import KafkaError  # noqa: PLC0415 - see the class

        with suppress(KafkaError):
            self._connected(time.monotonic() + ACKNOWLEDGE_SECONDS)

    def connect_soon(self) -> None:
        """Begin to connect in the background, where nothing was sent yet. Never waits for Kafka, and never raises."""
        if self._client is None and not self._is_connecting:
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

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _connected(self, deadline: float) -> "RecordClient":
        """Return the client, connected at its first use. Raises KafkaError where that is not done by `deadline`.

        Another thread may be connecting it.
        """
        from kafka.errors import KafkaConnectionError, KafkaTimeoutError  # noqa: PLC0415

        if (connected := self._client) is not None:
            return connected
        if not self._connect_lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise KafkaTimeoutError("the connection takes too long")
        try:
            if self._client is None:
                # Without a broker, connecting would take its whole time-out.
                if not self.ping():
                    raise KafkaConnectionError("no bootstrap server accepts connections")
                self._client = self._connect(max(0.0, deadline - time.monotonic()))
            return self._client
        finally:
            self._connect_lock.release()

    def _connect(self, seconds: float) -> "RecordClient":
        """Raises KafkaError."""
        from kafka.errors import KafkaConnectionError, KafkaError  # noqa: PLC0415

        from chalicelib.clients.kafka.record_client import RecordClient  # noqa: PLC0415

        try:
            return RecordClient(self._settings, self._topics, seconds)
        except KafkaError as error:
            if not self._settings.is_secured:
                raise
            # A broker that refuses a login only closes the connection, and nothing else would hint at it.
            raise KafkaConnectionError(
                f"{error!r}; a broker accepts connections, so authentication may be at fault: login or authority"
            ) from error

    def _record_failure(self, error: Exception, client: "RecordClient | None") -> None:
        """Open the breaker, and give `client` up: the next probe connects anew, whatever state the old one is in."""
        if self._breaker.closed:
            log.warning("Kafka is down, events stay pending: %r", error, extra={"action": "kafka_down"})
        self._breaker.record_failure()
        if client is not None:
            if self._client is client:
                self._client = None
            client.close()
