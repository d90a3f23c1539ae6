"""A conversation under random interleavings, by Hypothesis: each device ends with the same, whole conversation."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from infra.local.running import RunningSystem
from tests.e2e.clients import Device, Json, Person, sign_up

DEVICES = 4
device_numbers = st.integers(0, DEVICES - 1)
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@dataclass
class Client:
    """A device as PROTOCOL asks it to be: it syncs when it connects, and then takes what is pushed."""

    person: Person
    other: Person
    messages: dict[int, str] = field(default_factory=dict)
    device: Device | None = None
    connection: ExitStack = field(default_factory=ExitStack)

    def connect(self) -> None:
        self.device = self.connection.enter_context(self.person.device())
        complete = False
        while not complete:
            asked = [{"userId": self.other.user_id, "afterSeq": self.contiguous()}]
            self.device.send("sync", conversations=asked)
            answer = self.device.expect("sync")
            for message in answer["messages"]:
                self.take(message)
            complete = answer["complete"]

    def disconnect(self, *, politely: bool) -> None:
        assert self.device is not None
        if not politely:
            self.device.connection.socket.close()
        self.connection.close()
        self.device = None

    def contiguous(self) -> int:
        """The seq up to which nothing is missing."""
        seq = 0
        while seq + 1 in self.messages:
            seq += 1
        return seq

    def take(self, message: Json) -> None:
        known = self.messages.setdefault(message["seq"], message["message"])
        assert known == message["message"], "two messages have one place"

    def hear(self, total: int) -> None:
        """Take what is pushed until the conversation is whole; AssertionError where something does not come."""
        assert self.device is not None
        while self.contiguous() < total:
            self.take(self.device.expect("private-message"))


class Conversation(RuleBasedStateMachine):
    """Two users with two devices each. What was acknowledged is the model: {seq: text}."""

    def __init__(self, system: RunningSystem) -> None:
        super().__init__()
        self.ada, self.bob = (sign_up(system.rest_url, system.websocket_url, name) for name in ("Ada", "Bob"))
        pairs = [(self.ada, self.bob), (self.bob, self.ada)] * (DEVICES // 2)
        self.clients = [Client(person, other) for person, other in pairs]
        self.acknowledged: dict[int, str] = {}
        self.sent: list[tuple[Person, Json, int]] = []

    def connected(self) -> Iterator[Client]:
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
            name = str(len(self.sent))
            client.device.send("private-message", toUserId=client.other.user_id, message=text, clientMessageId=name)
            seq = client.device.expect("ack", clientMessageId=name)["seq"]
            client.take({"seq": seq, "message": text})
            self.note(client.person, client.other, name, text, seq)

    @rule(from_ada=st.booleans(), text=texts)
    def send_over_rest(self, from_ada: bool, text: str) -> None:
        sender, receiver = (self.ada, self.bob) if from_ada else (self.bob, self.ada)
        name = str(len(self.sent))
        answer = post(sender, receiver, name, text)
        self.note(sender, receiver, name, text, answer["seq"])

    @rule(count=st.integers(2, 6))
    def send_from_both_sides_at_once(self, count: int) -> None:
        first = len(self.sent)
        sides = [(self.ada, self.bob), (self.bob, self.ada)]
        sends = [(*sides[number % 2], str(number), f"at once {number}") for number in range(first, first + count)]
        with ThreadPoolExecutor(count) as threads:
            answers = list(threads.map(lambda send: post(*send), sends))
        for send, answer in zip(sends, answers, strict=True):
            self.note(*send, answer["seq"])

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        sender, body, seq = data.draw(st.sampled_from(self.sent))
        answer = sender.post("/api/messages", body)
        assert (answer.status_code, answer.json()["seq"]) == (200, seq)

    def note(self, sender: Person, receiver: Person, name: str, text: str, seq: int) -> None:
        assert seq not in self.acknowledged, "a place was given twice"
        self.acknowledged[seq] = text
        self.sent.append((sender, {"toUserId": receiver.user_id, "message": text, "clientMessageId": name}, seq))

    def teardown(self) -> None:
        try:
            assert sorted(self.acknowledged) == list(range(1, len(self.acknowledged) + 1)), "there is a gap"
            for client in self.connected():
                client.hear(len(self.acknowledged))
            for client in self.clients:
                if client.device is None:
                    client.connect()
                assert client.messages == self.acknowledged
        finally:
            for client in self.clients:
                client.connection.close()
            self.ada.http.close()
            self.bob.http.close()


def post(sender: Person, receiver: Person, name: str, text: str) -> Json:
    body = {"toUserId": receiver.user_id, "message": text, "clientMessageId": name}
    answer = sender.post("/api/messages", body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


@pytest.mark.usefixtures("environment")
def test_every_device_ends_with_the_whole_conversation(system: RunningSystem) -> None:
    run_state_machine_as_test(
        lambda: Conversation(system),  # type: ignore[arg-type] # documented to take a callable
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
