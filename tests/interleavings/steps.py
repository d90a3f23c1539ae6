"""Steps: what an operation does between two of its stops, and which steps touch something in common."""

from collections.abc import Iterable
from dataclasses import dataclass

EVERYTHING = "*"


@dataclass(frozen=True)
class Touch:
    """Something that a step reads or changes: a key, a document, a partition.

    `thing` is EVERYTHING for a step that may read or change whatever is in `place`, such as a query without an `_id`.
    """

    place: str
    thing: str
    changes: bool

    def meets(self, other: "Touch") -> bool:
        """Whether the order of the two matters: they may be the same thing, and one of them changes it."""
        if not (self.changes or other.changes) or self.place != other.place:
            return False
        return self.thing == other.thing or EVERYTHING in {self.thing, other.thing}


@dataclass(frozen=True)
class Step:
    """One command to a server, or a batch of them that travels together.

    `awaits` names the task whose end this step waits for, and which it therefore always follows. `is_retry` says that
    the step tries again what conflicted with another operation: it comes to nothing before another one has moved on.
    """

    label: str
    touches: frozenset[Touch] = frozenset()
    awaits: str | None = None
    is_retry: bool = False

    def depends_on(self, other: "Step") -> bool:
        """Whether the order of the two steps, of different operations, may make a difference."""
        return any(own.meets(foreign) for own in self.touches for foreign in other.touches)


def reads(place: str, *things: str) -> Iterable[Touch]:
    return (Touch(place, thing, changes=False) for thing in things)


def changes(place: str, *things: str) -> Iterable[Touch]:
    return (Touch(place, thing, changes=True) for thing in things)
