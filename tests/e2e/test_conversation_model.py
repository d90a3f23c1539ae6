"""A conversation as a state machine of Hypothesis: each device ends with all messages, in order, each of them once.

Devices connect, disconnect and send, one after the other or at the same time. Hypothesis chooses the steps; how steps
that run at the same time interleave is left to the machine.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from infra.local.running import RunningSystem
from tests.e2e.clients import Device, Json, Person, sign_up
from tests.e2e.state_machines import run_machine

DEVICES = 4
device_numbers = st.integers(0, DEVICES - 1)
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)

MANY = 105
"""A number of messages that do not fit into one response to a sync."""

Message = tuple[str, str]
"""(messageId, text)"""


@dataclass
class SyncingDevice:
    """A device as docs/protocol.md describes it: it syncs when it connects, and then takes what is pushed."""

    person: Person
    other: Person
    messages: dict[int, Message] = field(default_factory=dict)
    device: Device | None = None
    connection: ExitStack = field(default_factory=ExitStack)

    def connect(self) -> None:
        self.device = self.connection.enter_context(self.person.device())
        complete = False
        while not complete:
            conversation = {"userId": self.other.user_id, "afterSeq": self.contiguous()}
            self.device.send("sync", conversations=[conversation])
            synced = self.device.expect("sync")
            for message in synced["messages"]:
                self.take(message)
            complete = synced["complete"]

    def disconnect(self, *, politely: bool) -> None:
        assert self.device is not None
        if not politely:
            self.device.connection.socket.close()
        self.connection.close()
        self.device = None

    def contiguous(self) -> int:
        """Returns the seq up to which no message is missing."""
        seq = 0
        while seq + 1 in self.messages:
            seq += 1
        return seq

    def take(self, message: Json) -> None:
        """Keeps a message. A client ignores a seq that it knows already, which must be the same message."""
        new = (message["messageId"], message["message"])
        assert self.messages.setdefault(message["seq"], new) == new, "two messages have one place"

    def send(self, client_message_id: str, text: str) -> Json:
        """Sends a message over the socket, and waits for the ack."""
        assert self.device is not None
        frame = {"toUserId": self.other.user_id, "message": text, "clientMessageId": client_message_id}
        self.device.send("private-message", **frame)
        ack = self.device.expect("ack", clientMessageId=client_message_id)
        self.take({**ack, "message": text})
        return ack

    def hear(self, total: int) -> None:
        """Takes what is pushed until the conversation is whole. Raises AssertionError where a message does not come."""
        assert self.device is not None
        while self.contiguous() < total:
            self.take(self.device.expect("private-message"))


class Conversation(RuleBasedStateMachine):
    """Two users with two devices each. The model is what the server has acknowledged: {seq: message}."""

    def __init__(self, system: RunningSystem) -> None:
        super().__init__()
        self.ada, self.bob = (sign_up(system, name) for name in ("Ada", "Bob"))
        pairs = [(self.ada, self.bob), (self.bob, self.ada)] * (DEVICES // 2)
        self.clients = [SyncingDevice(person, other) for person, other in pairs]
        self.acknowledged: dict[int, Message] = {}
        self.sent: list[tuple[Person, Json, int]] = []

    def connected(self) -> Iterator[SyncingDevice]:
        return (client for client in self.clients if client.device is not None)

    @rule(number=device_numbers)
    def connect(self, number: int) -> None:
        if self.clients[number].device is None:
            self.clients[number].connect()

    @rule(number=device_numbers, politely=st.booleans())
    def disconnect(self, number: int, politely: bool) -> None:
        if self.clients[number].device is not None:
            self.clients[number].disconnect(politely=politely)

    @rule(number=device_numbers, text=texts)
    def send_over_the_socket(self, number: int, text: str) -> None:
        client = self.clients[number]
        if client.device is not None:
            message_id = str(len(self.sent))
            self.note(client.person, client.other, message_id, text, client.send(message_id, text))

    @rule(from_ada=st.booleans(), text=texts)
    def send_over_rest(self, from_ada: bool, text: str) -> None:
        sender, receiver = (self.ada, self.bob) if from_ada else (self.bob, self.ada)
        message_id = str(len(self.sent))
        self.note(sender, receiver, message_id, text, post(sender, receiver, message_id, text))

    @rule(count=st.integers(2, 6))
    def send_from_both_sides_at_once(self, count: int) -> None:
        self.send_at_once(count, threads=count)

    @rule(number=device_numbers, count=st.integers(2, 6))
    def connect_while_both_sides_send(self, number: int, count: int) -> None:
        """Sends over REST and from every other connected device, while the device that connects syncs."""
        joining = self.clients[number]
        if joining.device is not None:
            joining.disconnect(politely=True)
        self.send_at_once(count, threads=count + DEVICES, from_devices=True, beside=joining.connect)

    def send_at_once(
        self, count: int, *, threads: int, from_devices: bool = False, beside: Callable[[], None] | None = None
    ) -> None:
        """Sends `count` messages over REST, from both users in turn, and one from each device, all at the same time."""
        first, sides = len(self.sent), [(self.ada, self.bob), (self.bob, self.ada)]
        devices = list(self.connected()) if from_devices else []
        pairs = [*(sides[number % 2] for number in range(count)), *((each.person, each.other) for each in devices)]
        sends = [(*pair, str(first + place), f"at once {first + place}") for place, pair in enumerate(pairs)]
        with ThreadPoolExecutor(threads) as pool:
            others = [pool.submit(beside)] if beside else []
            responses = [pool.submit(post, *send) for send in sends[:count]]
            responses += [pool.submit(each.send, *send[2:]) for each, send in zip(devices, sends[count:], strict=True)]
        for send, response in zip(sends, responses, strict=True):
            self.note(*send, response.result())
        for other in others:
            other.result()

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        sender, body, seq = data.draw(st.sampled_from(self.sent))
        answer = sender.post("/api/messages", body)
        assert (answer.status_code, answer.json()["seq"]) == (200, seq)

    def note(self, sender: Person, receiver: Person, client_message_id: str, text: str, acknowledged: Json) -> None:
        seq = acknowledged["seq"]
        assert seq not in self.acknowledged, "a seq was given twice"
        self.acknowledged[seq] = (acknowledged["messageId"], text)
        body = {"toUserId": receiver.user_id, "message": text, "clientMessageId": client_message_id}
        self.sent.append((sender, body, seq))

    def teardown(self) -> None:
        try:
            assert sorted(self.acknowledged) == list(range(1, len(self.acknowledged) + 1)), "there is a gap"
            for client in self.connected():
                client.hear(len(self.acknowledged))
            for client in self.clients:
                if client.device is None:
                    client.connect()
                assert client.messages == self.acknowledged
            assert len({message_id for message_id, _ in self.acknowledged.values()}) == len(self.acknowledged)
        finally:
            for client in self.clients:
                client.connection.close()
            self.ada.http.close()
            self.bob.http.close()


class LongConversation(Conversation):
    """Begins with more messages than one response to a sync holds; two of the devices miss them."""

    @initialize()
    def miss_many(self) -> None:
        for client in self.clients[:2]:
            client.connect()
        self.send_at_once(MANY, threads=4)


def post(sender: Person, receiver: Person, client_message_id: str, text: str) -> Json:
    body = {"toUserId": receiver.user_id, "message": text, "clientMessageId": client_message_id}
    answer = sender.post("/api/messages", body)
    assert answer.status_code == 201, answer.text
    message: Json = answer.json()
    return message


@pytest.mark.parametrize(("kind", "examples", "steps"), [(Conversation, 20, 20), (LongConversation, 3, 6)])
@pytest.mark.usefixtures("environment")
def test_every_device_ends_with_the_whole_conversation(
    system: RunningSystem, kind: type[Conversation], examples: int, steps: int
) -> None:
    run_machine(lambda: kind(system), examples=examples, steps=steps)
