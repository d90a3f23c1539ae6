"""Follows the changes of the messages of one conversation, which are numbered 1, 2, 3 and so on."""

from collections.abc import Iterable

from devconnect_client.events import Message


class Changes:
    """Tells new states of messages from those that are known, in whatever order they arrive."""

    def __init__(self, upto: int = 0) -> None:
        self.upto = upto
        """The number up to which no change is missing."""
        self._early: set[int] = set()
        self._newest = upto
        self._known: dict[int, int] = {}

    @property
    def has_gap(self) -> bool:
        """Whether a change is known to have been made, and is still missing."""
        return self._newest > self.upto

    def exists(self, number: int) -> None:
        """The service says that there is a change of this number."""
        self._newest = max(self._newest, number)

    def is_new(self, message: Message) -> bool:
        """Notes the state of a message that is about to be delivered. Returns False where a later one was."""
        if message.change <= self._known.get(message.seq, 0):
            return False
        self._known[message.seq] = message.change
        return True

    def pushed(self, number: int) -> None:
        """The change of this number was pushed. Those before it may still be missing."""
        if number > self.upto:
            self._early.add(number)
            self.exists(number)
        while self.upto + 1 in self._early:
            self.upto += 1
            self._early.remove(self.upto)

    def synced(self, changed: Iterable[Message], last_change: int) -> list[Message]:
        """Returns the new states that a sync has brought. It is complete up to `last_change`."""
        new = [message for message in changed if self.is_new(message)]
        self.upto = last_change
        self._early = {number for number in self._early if number > last_change}
        self._newest = max(self._early, default=last_change)
        self.pushed(0)  # what had come early may be the next ones now
        return new
