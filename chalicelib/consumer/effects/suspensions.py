"""Suspends and reinstates users once more, as the request of the moderator may have died before it did."""

from collections.abc import Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.events.publisher import Publisher
from chalicelib.models.event_types import ModeratorActed, ModeratorActedFor
from chalicelib.stores.suspensions import Suspensions


class SuspendUsers:
    """What was done already stays as it is. The USER_LOGOUT of a suspension that is made here ends the sockets."""

    def __init__(self, suspensions: Suspensions, publisher: Publisher) -> None:
        self._suspensions = suspensions
        self._publisher = publisher

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        for event in events:
            if event.eventType == "USER_SUSPENDED":
                act = msgspec.convert(event.data, ModeratorActedFor)
                written = self._suspensions.begin(event.userId, act.caseId, act.reason)
            else:
                written = self._suspensions.end(event.userId, msgspec.convert(event.data, ModeratorActed).caseId)
            if written is not None:
                self._publisher.publish(written)
