"""A device that knows changes, as docs/protocol.md describes it, and that may crash: it then has what it had saved."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.e2e.clients import Device, Json, Person


@dataclass
class ChangingDevice:
    """`messages` is {seq: message}. Up to `upto` and `last_change` nothing is missing."""

    person: Person
    other: Person
    messages: dict[int, Json] = field(default_factory=dict)
    last_change: int = 0
    device: Device | None = None
    connection: ExitStack = field(default_factory=ExitStack)
    saved: tuple[dict[int, Json], int] = field(default_factory=lambda: ({}, 0))

    @property
    def upto(self) -> int:
        seq = 0
        while seq + 1 in self.messages:
            seq += 1
        return seq

    def connect(self) -> None:
        self.device = self.connection.enter_context(self.person.device())
        self.sync()

    def sync(self) -> None:
        assert self.device is not None
        complete = False
        while not complete:
            cursor = {"userId": self.other.user_id, "afterSeq": self.upto, "afterChange": self.last_change}
            self.device.send("sync", conversations=[cursor])
            answer = self.device.expect("sync")
            for message in (*answer["messages"], *answer["changed"]):
                self.take(message)
            numbers = [message["change"] for message in answer["changed"]]
            assert numbers == sorted(set(numbers)), "each message that has changed is told once, in order"
            self.last_change, complete = answer["lastChange"], answer["complete"]

    def take(self, message: Json) -> None:
        """Keeps a message, unless a later state of it is there."""
        known = self.messages.get(message["seq"])
        assert known is None or known["messageId"] == message["messageId"], "two messages have one place"
        if known is None or message.get("change", 0) > known.get("change", 0):
            self.messages[message["seq"]] = {name: value for name, value in message.items() if name != "event"}

    def hear(self) -> None:
        """Takes what was pushed, and syncs: a push may be lost, or come too late to be the next one."""
        assert self.device is not None
        for message in self.device.received("private-message"):
            self.take(message)
        for changed in self.device.received("message:changed"):
            self.take(changed)
            if changed["change"] == self.last_change + 1:
                self.last_change += 1
        self.sync()

    def save(self) -> None:
        self.saved = (dict(self.messages), self.last_change)

    def disconnect(self, *, crash: bool = False) -> None:
        """Goes away; with a crash, without a word and with what was saved."""
        if self.device is not None:
            if crash:
                self.device.connection.socket.close()
            self.connection.close()
            self.device = None
        if crash:
            messages, self.last_change = self.saved
            self.messages = dict(messages)
