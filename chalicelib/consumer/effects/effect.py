"""The interface of the consumer's effects."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.events.envelope import Envelope


class Effect(Protocol):
    """Something that events cause.

    It is given the new events of a batch, of the types that `EVENT_TYPES` assigns to it. It may be repeated with the
    same events, alone or with others, in any order, and must then change nothing more. Where an outside service makes
    that impossible, its docstring says which of "at least once" and "at most once" it is, and why.
    """

    def apply(self, events: Sequence[Envelope]) -> None:
        """Cause the effect. May block on its dependencies.

        Raises DependencyDown where one of them is down: the batch then waits and comes again. Any other exception is
        taken for a fault of an event or of the code: each event is tried alone, several times, and then goes to the
        dead letters.
        """


@dataclass(frozen=True, eq=False)
class RoutedEffect:
    """An effect that is given only the events of its own types. It is an Effect itself."""

    effect: Effect
    event_types: Collection[str]

    @property
    def name(self) -> str:
        return type(self.effect).__name__

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises what the effect raises."""
        own = [event for event in events if event.eventType in self.event_types]
        if own:
            self.effect.apply(own)
