"""The loop: poll, dispatch, commit; and hold still while a dependency is down."""

import logging
import threading
from collections.abc import Callable, Sequence

from kafka.errors import KafkaError

from chalicelib.clients.kafka_consumer import GroupConsumer, Record
from chalicelib.errors import RedisUnavailable, Unavailable

log = logging.getLogger(__name__)

POLL_MILLISECONDS = 500
"""How long a poll waits for records, and so how long a stop may have to wait for it."""

LEAVE_MILLISECONDS = 2_000
"""How long leaving the group may take: a coordinator that is away is not waited for."""

Dispatch = Callable[[Sequence[Record]], None]


class Loop:
    """Runs until `stop` is set. Offsets are committed after the effects, so a crash repeats and never skips."""

    def __init__(self, consumer: GroupConsumer, dispatch: Dispatch, stop: threading.Event) -> None:
        self._consumer = consumer
        self._dispatch = dispatch
        self._stop = stop

    def run(self) -> None:
        """What `dispatch` raises ends the loop without a commit; a dependency that is down is waited for."""
        try:
            while not self._stop.is_set():
                polled = self._consumer.poll(timeout_ms=POLL_MILLISECONDS)
                records = [record for batch in polled.values() for record in batch]
                if records and self._handled(records):
                    self._commit()
        finally:
            self._consumer.close(autocommit=False, timeout_ms=LEAVE_MILLISECONDS)

    def _handled(self, records: Sequence[Record]) -> bool:
        """Whether the records have had their effects; False where the stop came first."""
        held = False
        while not self._stop.is_set():
            try:
                self._dispatch(records)
            except (Unavailable, RedisUnavailable) as error:
                if not held:
                    log.warning("Consuming is paused: %r", error, extra={"action": "consumer_paused"})
                held = True
                self._keep_membership()
            else:
                if held:
                    self._consumer.resume(*self._consumer.assignment())
                    log.info("Consuming goes on.", extra={"action": "consumer_resumed"})
                return True
        return False

    def _keep_membership(self) -> None:
        """Poll without taking records: who does not poll is put out of the group."""
        self._consumer.pause(*self._consumer.assignment())
        self._consumer.poll(timeout_ms=POLL_MILLISECONDS)

    def _commit(self) -> None:
        try:
            self._consumer.commit()
        except KafkaError as error:
            # The partitions went to another member, or Kafka is away: the records come again, and have no effect.
            log.warning("Offsets were not committed: %r", error, extra={"action": "commit_failed"})
