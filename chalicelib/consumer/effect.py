"""What an effect is."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.events.envelope import Envelope


class Effect(Protocol):
    """What events cause.

    It is given the new events of a batch, of every type, and picks its own. It may be repeated with the same events,
    alone or with others, in any order, and must then change nothing more: where an outside service gives no way to
    that, its docstring says which of "at least once" and "at most once" it is, and why.
    """

    def apply(self, events: Sequence[Envelope]) -> None:
        """May block on its dependencies.

        Raises BackPressure (Unavailable, RedisUnavailable, KafkaUnavailable) where one of them is down: the batch
        then waits and comes again. Whatever else it raises is taken for a fault of an event or of the code: each
        event is tried alone, again and again, and then goes to the dead letters.
        """
