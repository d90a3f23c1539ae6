"""What an execution has written to MongoDB, so that nobody looks for it where nothing can be."""

from dataclasses import dataclass, field

from tests.interleavings.touches import Document

_READS = frozenset({"find", "aggregate", "count", "distinct", "getMore"})


@dataclass
class Writes:
    """The collections that were written since the execution began, and how many commands may have changed something.

    A command counts from before it is sent, also where it is then refused, and a transaction with its commit too.
    """

    collections: set[str] = field(default_factory=set)
    number: int = 0

    def note(self, name: str, command: Document) -> None:
        if name not in _READS:
            self.number += 1
            if isinstance(collection := command.get(name), str):
                self.collections.add(collection)
