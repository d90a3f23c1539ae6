"""A conversation by Hypothesis: each device ends with the same whole conversation, in order, each message once.

Devices come, go and send one after the other, and at once; what runs at once, the machine interleaves.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from infra.local.running import RunningSystem
from tests.e2e.clients import Device, Json, Person, sign_up

DEVICES = 4
device_numbers = st.integers(0, DEVICES - 1)
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)

MANY = 105
"""More than fit into one answer to a sync."""

Message = tuple[str, str]
"""Its id, and its text."""


@dataclass
class Client:
    """A device as PROTOCOL asks it to be: it syncs when it connects, and then takes what is pushed."""

    person: Person
    other: Person
    messages: dict[int, Message] = field(default_factory=dict)
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
        """A client passes over a seq that it knows: then it must be the same message."""
        new = (message["messageId"], message["message"])
        assert self.messages.setdefault(message["seq"], new) == new, "two messages have one place"

    def send(self, name: str, text: str) -> Json:
        """Send over the socket, and wait for the ack."""
        assert self.device is not None
        self.device.send("private-message", toUserId=self.other.user_id, message=text, clientMessageId=name)
        ack = self.device.expect("ack", clientMessageId=name)
        self.take({**ack, "message": text})
        return ack

    def hear(self, total: int) -> None:
        """Take what is pushed until the conversation is whole; AssertionError where something does not come."""
        assert self.device is not None
        while self.contiguous() < total:
            self.take(self.device.expect("private-message"))


class Conversation(RuleBasedStateMachine):
    """Two users with two devices each. What was acknowledged is the model: {seq: message}."""

    def __init__(self, system: RunningSystem) -> None:
        super().__init__()
        self.ada, self.bob = (sign_up(system.rest_url, system.websocket_url, name) for name in ("Ada", "Bob"))
        pairs = [(self.ada, self.bob), (self.bob, self.ada)] * (DEVICES // 2)
        self.clients = [Client(person, other) for person, other in pairs]
        self.acknowledged: dict[int, Message] = {}
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
            self.note(client.person, client.other, name, text, client.send(name, text))

    @rule(from_ada=st.booleans(), text=texts)
    def send_over_rest(self, from_ada: bool, text: str) -> None:
        sender, receiver = (self.ada, self.bob) if from_ada else (self.bob, self.ada)
        name = str(len(self.sent))
        self.note(sender, receiver, name, text, post(sender, receiver, name, text))

    @rule(count=st.integers(2, 6))
    def send_from_both_sides_at_once(self, count: int) -> None:
        self.send_at_once(count, threads=count)

    @rule(number=device_numbers, count=st.integers(2, 6))
    def connect_while_both_sides_send(self, number: int, count: int) -> None:
        """From REST, and from every other device that is connected; the one that connects syncs meanwhile."""
        joining = self.clients[number]
        if joining.device is not None:
            joining.disconnect(politely=True)
        self.send_at_once(count, threads=count + DEVICES, from_devices=True, beside=joining.connect)

    def send_at_once(
        self, count: int, *, threads: int, from_devices: bool = False, beside: Callable[[], None] | None = None
    ) -> None:
        """`count` messages over REST, of both sides in turn, and one of each device; all under way at the same time."""
        first, sides = len(self.sent), [(self.ada, self.bob), (self.bob, self.ada)]
        devices = list(self.connected()) if from_devices else []
        senders = [*(sides[number % 2] for number in range(count)), *((one.person, one.other) for one in devices)]
        sends = [(*pair, str(first + place), f"at once {first + place}") for place, pair in enumerate(senders)]
        with ThreadPoolExecutor(threads) as pool:
            others = [pool.submit(beside)] if beside else []
            answers = [pool.submit(post, *send) for send in sends[:count]]
            answers += [pool.submit(one.send, *send[2:]) for one, send in zip(devices, sends[count:], strict=True)]
        for send, answer in zip(sends, answers, strict=True):
            self.note(*send, answer.result())
        for other in others:
            other.result()

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        sender, body, seq = data.draw(st.sampled_from(self.sent))
        answer = sender.post("/api/messages", body)
        assert (answer.status_code, answer.json()["seq"]) == (200, seq)

    def note(self, sender: Person, receiver: Person, name: str, text: str, answer: Json) -> None:
        seq = answer["seq"]
        assert seq not in self.acknowledged, "a place was given twice"
        self.acknowledged[seq] = (answer["messageId"], text)
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
            assert len({message_id for message_id, _ in self.acknowledged.values()}) == len(self.acknowledged)
        finally:
            for client in self.clients:
                client.connection.close()
            self.ada.http.close()
            self.bob.http.close()


class LongConversation(Conversation):
    """Begins with more messages than one answer to a sync holds, which two of the devices miss."""

    @initialize()
    def miss_many(self) -> None:
        for client in self.clients[:2]:
            client.connect()
        self.send_at_once(MANY, threads=4)


def post(sender: Person, receiver: Person, name: str, text: str) -> Json:
    body = {"toUserId": receiver.user_id, "message": text, "clientMessageId": name}
    answer = sender.post("/api/messages", body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()
    return found


@pytest.mark.parametrize(("kind", "examples", "steps"), [(Conversation, 20, 20), (LongConversation, 3, 6)])
@pytest.mark.usefixtures("environment")
def test_every_device_ends_with_the_whole_conversation(
    system: RunningSystem, kind: type[Conversation], examples: int, steps: int
) -> None:
    run_state_machine_as_test(
        lambda: kind(system),  # type: ignore[arg-type] # documented to take a callable
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
