"""Suspends and reinstates users once more, as the request of the moderator may have died before it did."""

from collections.abc import Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import ModeratorActed, ModeratorActedFor
from chalicelib.stores.suspensions import Suspensions


class SuspendUsers:
    """What was done already stays as it is. The USER_LOGOUT of a suspension waits for the relay, as it is hardly ever
    this effect that makes one.
    """

    def __init__(self, suspensions: Suspensions) -> None:
        self._suspensions = suspensions

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        for event in events:
            if event.eventType == "USER_SUSPENDED":
                act = msgspec.convert(event.data, ModeratorActedFor)
                self._suspensions.begin(event.userId, act.caseId, act.reason)
            else:
                self._suspensions.end(event.userId, msgspec.convert(event.data, ModeratorActed).caseId)
