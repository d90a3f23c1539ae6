"""Puts the messages of one conversation into order."""

from collections.abc import Iterable

from devconnect_client.changes import Changes
from devconnect_client.events import Changed, Message


class Conversation:
    """Takes messages in any order, duplicates included, and returns each exactly once and in order."""

    def __init__(self, upto: int = 0, changes_upto: int = 0) -> None:
        self.changes = Changes(changes_upto)
        self.upto = upto
        """The seq up to which no message is missing: all messages up to it were returned."""
        self._early: dict[int, Message] = {}
        self._newest = upto

    @property
    def has_gap(self) -> bool:
        """Whether a message or a change is known to exist but is still missing."""
        return self._newest > self.upto or self.changes.has_gap

    def exists(self, seq: int) -> None:
        """The service says that a message with this seq exists."""
        self._newest = max(self._newest, seq)

    def skip_to(self, seq: int) -> None:
        """The service has deleted what came before this seq, for its age, and what this device still missed of it."""
        self.upto = max(self.upto, seq - 1)
        self._early = {early: message for early, message in self._early.items() if early > self.upto}

    def take(self, *messages: Message) -> list[Message]:
        """Returns the messages that are next in order, including those that had arrived too early."""
        for message in messages:
            if message.seq > self.upto:
                known = self._early.get(message.seq)
                if known is None or message.change > known.change:
                    self._early[message.seq] = message
                self.exists(message.seq)
        in_order = []
        while (following := self._early.pop(self.upto + 1, None)) is not None:
            self.changes.is_new(following)
            in_order.append(following)
            self.upto += 1
        return in_order

    def take_change(self, message: Message) -> list[Message | Changed]:
        """Take the pushed state of a message, and return what is to be delivered."""
        is_delivered = message.seq <= self.upto
        in_order = self.take(message)
        is_new = is_delivered and self.changes.is_new(message)
        self.changes.pushed(message.change)
        return [Changed(message, self.changes.upto)] if is_new else [*in_order]

    def synced(
        self, messages: Iterable[Message], changed: Iterable[Message], last_change: int
    ) -> list[Message | Changed]:
        """Take the answer to a sync: messages, and states up to `last_change` of those that were known before."""
        before = self.changes.upto
        in_order = self.take(*messages)
        states = [Changed(message, before) for message in self.changes.synced(changed, last_change)]
        if states:
            states[-1] = Changed(states[-1].message, self.changes.upto)
        return [*in_order, *states]
