"""Puts the messages of one conversation into order."""

from examples.devconnect_client.events import Message


class Conversation:
    """Takes messages in any order, duplicates included, and returns each exactly once and in order."""

    def __init__(self, upto: int = 0) -> None:
        self.upto = upto
        """The seq up to which no message is missing: all messages up to it were returned."""
        self._early: dict[int, Message] = {}
        self._newest = upto

    @property
    def has_gap(self) -> bool:
        """Whether a message is known to exist but is still missing."""
        return self._newest > self.upto

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
                self._early[message.seq] = message
                self.exists(message.seq)
        in_order = []
        while (following := self._early.pop(self.upto + 1, None)) is not None:
            in_order.append(following)
            self.upto += 1
        return in_order
