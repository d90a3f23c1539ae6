"""The loop: poll, dispatch, commit; and hold still while a dependency is down."""

import logging
import threading
from collections.abc import Callable, Sequence

from kafka.errors import KafkaError

from chalicelib.clients.kafka.consumer import GroupMember, Record
from chalicelib.consumer.telemetry.state import ConsumerState
from chalicelib.errors import DependencyDown

log = logging.getLogger(__name__)

POLL_MILLISECONDS = 500
"""How long a poll waits for records, and so how long a stop may have to wait for it."""

Dispatch = Callable[[Sequence[Record]], None]


class Loop:
    """Runs until `stop` is set. Offsets are committed after the effects, so a crash repeats and never skips."""

    def __init__(self, member: GroupMember, dispatch: Dispatch, state: ConsumerState, stop: threading.Event) -> None:
        self._member = member
        self._dispatch = dispatch
        self._state = state
        self._stop = stop

    def run(self) -> None:
        """Whatever `dispatch` raises ends the loop without a commit, but for back-pressure, which is waited out."""
        try:
            while not self._stop.is_set():
                records = self._poll()
                if records and self._handled(records):
                    self._commit(records)
        finally:
            self._member.close()

    def _handled(self, records: list[Record]) -> bool:
        """Whether the records, and those that came while they were held, have had their effects.

        False where the stop came first: nothing is committed then, and they come again.
        """
        while not self._stop.is_set():
            try:
                self._dispatch(records)
            except DependencyDown as error:
                if not self._state.paused:
                    log.warning("Consuming is paused: %r", error, extra={"action": "consumer_paused"})
                self._state.paused = True
                # Who does not poll is put out of the group. A rebalance can bring partitions that are not paused yet:
                # what they give is held as well.
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
            # Where it does not pass by itself, the loop is soon no longer live, and the process is restarted.
            log.warning("Kafka gives nothing: %r", error, extra={"action": "poll_failed"})
            self._stop.wait(POLL_MILLISECONDS / 1000)
            return []
        self._state.polled()
        # By itself: what was polled must not be lost because something else could not be asked.
        try:
            self._state.lags(self._member.lag())
        except KafkaError as error:
            log.warning("The lag is not known: %r", error, extra={"action": "lag_failed"})
        return records

    def _commit(self, records: Sequence[Record]) -> None:
        try:
            self._member.commit(records)
        except KafkaError as error:
            # The group is being rebalanced, or Kafka is away: the records come again, and have no effect then.
            log.warning("Offsets were not committed: %r", error, extra={"action": "commit_failed"})
