"""The loop of the consumer: poll, dispatch, commit; and pause while a dependency is down."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from kafka.errors import KafkaError

from chalicelib.clients.kafka.consumer import MAX_BATCH, GroupMember, Record
from chalicelib.consumer.telemetry.state import ConsumerState
from chalicelib.errors import DependencyDown

log = logging.getLogger(__name__)

POLL_MILLISECONDS = 500
"""How long a poll waits for records, and so how long a stop may have to wait for a poll."""

GATHER_SECONDS = 0.1
"""How far apart batches begin at least, unless they are full. A batch costs as much as its records, or more: a
transaction, a commit of offsets, round trips of each effect. A record that comes after a pause does not wait."""

Dispatch = Callable[[Sequence[Record]], None]


class Loop:
    """Runs until `stop` is set. Offsets are committed after the effects, so a crash repeats records and skips none."""

    def __init__(self, member: GroupMember, dispatch: Dispatch, state: ConsumerState, stop: threading.Event) -> None:
        self._member = member
        self._dispatch = dispatch
        self._state = state
        self._stop = stop

    def run(self) -> None:
        """Run the loop. It waits while `dispatch` raises DependencyDown. Raises its other errors, without a commit."""
        try:
            while not self._stop.is_set():
                records = self._poll()
                if records:
                    self._process(records)
        finally:
            self._member.close()

    def _process(self, records: list[Record]) -> None:
        began = time.monotonic()
        if self._dispatch_until_done(records):
            self._commit(records)
        if len(records) < MAX_BATCH:
            self._stop.wait(max(0.0, began + GATHER_SECONDS - time.monotonic()))

    def _dispatch_until_done(self, records: list[Record]) -> bool:
        """Dispatch the records, and those that are polled while a dependency is down. Adds the latter to `records`.

        Returns False where `stop` is set first: nothing is committed then, and the records are delivered again.
        """
        while not self._stop.is_set():
            try:
                self._dispatch(records)
            except DependencyDown as error:
                if not self._state.paused:
                    log.warning("Consuming is paused: %r", error, extra={"action": "consumer_paused"})
                self._state.paused = True
                # A consumer that does not poll is removed from the group. A rebalance can bring partitions that are
                # not paused yet; their records are kept as well.
                self._member.pause()
                records += self._poll()
            else:
                if self._state.paused:
                    self._state.paused = False
                    self._member.resume()
                    log.info("Consuming goes on.", extra={"action": "consumer_resumed"})
                return True
        return False

    def _poll(self) -> list[Record]:
        try:
            records = self._member.poll(POLL_MILLISECONDS)
        except KafkaError as error:
            # Where this lasts, the process soon counts as no longer live, and is restarted.
            log.warning("Kafka gives nothing: %r", error, extra={"action": "poll_failed"})
            self._stop.wait(POLL_MILLISECONDS / 1000)
            return []
        self._state.record_poll()
        # This has its own try, as the records that were polled must not be lost where the lag is not known.
        try:
            self._state.record_lag(self._member.lag())
        except KafkaError as error:
            log.warning("The lag is not known: %r", error, extra={"action": "lag_failed"})
        return records

    def _commit(self, records: Sequence[Record]) -> None:
        try:
            self._member.commit(records)
        except KafkaError as error:
            # The group is being rebalanced, or Kafka is down. The records are delivered again, and have no effect then.
            log.warning("Offsets were not committed: %r", error, extra={"action": "commit_failed"})
