"""The period of an audit."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Self

from chalicelib.clock import milliseconds

BEGINNING = datetime(1970, 1, 2, tzinfo=UTC)
"""A time before all events that ObjectIds, Kafka and the margin can express."""

MARGIN = timedelta(minutes=1)
"""How much earlier reading begins, as an event and its cause have times of their own, by clocks that differ."""


@dataclass(frozen=True)
class Period:
    """From `start` on, and before `end`. What waits for longer than `grace` is a difference.

    Where the consumer `deletes_messages` of some age, the first ones of a conversation may be gone.

    From `lost_from` on and before `lost_to`, causes were lost with MongoDB: that they are missing is no difference.
    """

    start: datetime
    end: datetime
    grace: timedelta
    now: datetime
    lost_from: datetime = BEGINNING
    lost_to: datetime = BEGINNING
    deletes_messages: bool = False

    @property
    def read_from(self) -> datetime:
        """The time from which on everything is read."""
        return self.start - MARGIN

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of the queries: times in milliseconds since the epoch."""
        return {
            "start": milliseconds(self.start),
            "end": milliseconds(self.end),
            "waiting_since": milliseconds(self.now - self.grace),
            "lost_from": milliseconds(self.lost_from),
            "lost_to": milliseconds(self.lost_to),
        }

    def beginning(self, start: datetime) -> Self:
        """Return the rest of the period from a later start on."""
        return replace(self, start=start)
