"""The order of one conversation's messages."""

from examples.devconnect_client.events import Message


class Conversation:
    """Takes messages in any order and more than once, and hands each on once, in its turn."""

    def __init__(self, upto: int = 0) -> None:
        self.upto = upto
        """The seq up to which nothing is missing: these were handed on."""
        self._early: dict[int, Message] = {}
        self._newest = upto

    @property
    def has_gap(self) -> bool:
        """Whether there is a message that has not come, and will not come by itself."""
        return self._newest > self.upto

    def exists(self, seq: int) -> None:
        """There is a message with this seq, it is said."""
        self._newest = max(self._newest, seq)

    def take(self, *messages: Message) -> list[Message]:
        """Those whose turn it is now, with those that had come before their turn."""
        for message in messages:
            if message.seq > self.upto:
                self._early[message.seq] = message
                self.exists(message.seq)
        handed_on = []
        while (due := self._early.pop(self.upto + 1, None)) is not None:
            handed_on.append(due)
            self.upto += 1
        return handed_on
