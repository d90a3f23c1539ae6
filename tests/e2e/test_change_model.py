"""Changes as a state machine of Hypothesis: each device ends with the truth, whatever it has missed or forgotten.

Devices connect, go away, crash and come back; users send, edit, delete and react, one after the other or at the same
time, and ask again for what was answered. Hypothesis chooses the steps; how steps that run at the same time interleave
is left to the machine.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from infra.local.running import RunningSystem
from tests.e2e.changing_device import ChangingDevice
from tests.e2e.clients import Json, Person, sign_up
from tests.e2e.state_machines import run_machine

DEVICES = 4
FIRST = 3
"""How many messages there are at the beginning."""

MANY = 110
"""A number of messages whose changes do not fit into one response to a sync, and of which some have left the tail."""

device_numbers = st.integers(0, DEVICES - 1)
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=10)
emojis = st.sampled_from(["👍", "👎", "🎉", None])
Change = tuple[str, int, str | None]
"""(what is done, the seq, the text or the emoji)"""

changes = st.one_of(
    st.tuples(st.just("edit"), st.integers(1, 8), texts),
    st.tuples(st.just("react"), st.integers(1, 8), emojis),
    st.tuples(st.just("delete"), st.integers(1, 8), st.none()),
)


class Changes(RuleBasedStateMachine):
    """Two users with two devices each. `numbers` are those of the changes that the server has answered."""

    def __init__(self, system: RunningSystem) -> None:
        super().__init__()
        self.ada, self.bob = (sign_up(system, name) for name in ("Ada", "Bob"))
        pairs = [(self.ada, self.bob), (self.bob, self.ada)] * (DEVICES // 2)
        self.devices = [ChangingDevice(person, other) for person, other in pairs]
        self.last_seq = 0
        self.numbers: set[int] = set()
        self.answered: list[tuple[Person, Person, Change, Json]] = []

    @initialize()
    def begin(self) -> None:
        for number in range(FIRST):
            self.send(from_ada=bool(number % 2), text="first")

    @rule(from_ada=st.booleans(), text=texts)
    def send(self, from_ada: bool, text: str) -> None:
        sender, receiver = (self.ada, self.bob) if from_ada else (self.bob, self.ada)
        answer = sender.post("/api/messages", {"toUserId": receiver.user_id, "message": text})
        assert answer.status_code == 201, answer.text
        self.last_seq = max(self.last_seq, answer.json()["seq"])

    @rule(number=device_numbers)
    def connect(self, number: int) -> None:
        if self.devices[number].device is None:
            self.devices[number].connect()

    @rule(number=device_numbers, crash=st.booleans())
    def disconnect(self, number: int, crash: bool) -> None:
        self.devices[number].disconnect(crash=crash)

    @rule(number=device_numbers)
    def save(self, number: int) -> None:
        self.devices[number].save()

    @rule(by_ada=st.booleans(), change=changes)
    def change(self, by_ada: bool, change: Change) -> None:
        user, other = (self.ada, self.bob) if by_ada else (self.bob, self.ada)
        before = max(self.numbers, default=0)
        answer = ask(user, other, change)
        self.note(user, other, change, answer)
        if answer.status_code == 200:
            assert answer.json().get("change", 0) <= before + 1, "a number was left out"

    @precondition(lambda self: self.answered)
    @rule(data=st.data())
    def ask_again_for_the_last_change(self, data: st.DataObject) -> None:
        """Another user may have changed the message since, so only the last change is known to be a repeat."""
        user, other, change, first = self.answered[-1]
        for _ in range(data.draw(st.integers(1, 2))):
            again = ask(user, other, change)
            assert (again.status_code, again.json()) == (200, first)

    @rule(made=st.lists(st.tuples(st.booleans(), changes), min_size=2, max_size=6), number=device_numbers)
    def change_at_once_while_a_device_connects(self, made: list[tuple[bool, Change]], number: int) -> None:
        joining = self.devices[number]
        joining.disconnect()
        sides = {True: (self.ada, self.bob), False: (self.bob, self.ada)}
        with ThreadPoolExecutor(len(made) + 2) as pool:
            others: list[Callable[[], object]] = [joining.connect, lambda: self.send(from_ada=True, text="beside")]
            beside = [pool.submit(other) for other in others]
            asked = [pool.submit(ask, *sides[by_ada], change) for by_ada, change in made]
        for (by_ada, change), answer in zip(made, asked, strict=True):
            self.note(*sides[by_ada], change, answer.result())
        for other in beside:
            other.result()
        self.answered.clear()

    def note(self, user: Person, other: Person, change: Change, answer: httpx.Response) -> None:
        assert answer.status_code in {200, 403, 404, 409}, answer.text
        if answer.status_code == 200:
            message = answer.json()
            if "change" in message:
                self.numbers.add(message["change"])
            self.answered.append((user, other, change, message))
        elif answer.status_code != 403:
            assert change[1] > FIRST or answer.status_code == 409, "these messages exist"

    def teardown(self) -> None:
        try:
            truth = history(self.ada, self.bob)
            assert truth == history(self.bob, self.ada)
            assert sorted(truth) == list(range(1, self.last_seq + 1))
            last = max(self.numbers, default=0)
            assert self.numbers == set(range(1, last + 1)), "the numbers have a gap"
            assert max((message.get("change", 0) for message in truth.values()), default=0) == last
            for device in self.devices:
                if device.device is None:
                    device.connect()
                else:
                    device.hear()
                assert device.messages == truth
                assert device.last_change == last
        finally:
            for device in self.devices:
                device.connection.close()
            self.ada.http.close()
            self.bob.http.close()


class ManyChanges(Changes):
    """Begins with more messages, and more changes of them, than one response to a sync holds."""

    @initialize()
    def begin(self) -> None:
        for device in self.devices[:1]:
            device.connect()
        for first in range(0, MANY, 10):
            drafts = [{"message": "first", "clientMessageId": f"{first + number:04}"} for number in range(10)]
            answer = self.ada.post("/api/messages/batch", {"toUserId": self.bob.user_id, "messages": drafts})
            self.last_seq = answer.json()["acks"][-1]["seq"]
        self.devices[1].connect()
        with ThreadPoolExecutor(4) as pool:
            sides = [(self.ada, self.bob), (self.bob, self.ada)]
            asked = [pool.submit(ask, *sides[seq % 2], ("react", seq, "👍")) for seq in range(1, MANY - 4)]
        self.numbers = {answer.result().json()["change"] for answer in asked}
        self.devices[1].disconnect(crash=True)


def ask(user: Person, other: Person, change: Change) -> httpx.Response:
    kind, seq, value = change
    path = f"/api/messages/{other.user_id}/{seq}"
    if kind == "edit":
        return user.patch(path, {"message": value})
    if kind == "react":
        return user.post(f"{path}/reaction", {"reaction": value})
    return user.delete(path)


def history(user: Person, other: Person) -> dict[int, Json]:
    messages: dict[int, Json] = {}
    has_more = True
    while has_more:
        page = user.get(f"/api/messages/{other.user_id}", after=len(messages), limit=100).json()
        messages |= {message["seq"]: message for message in page["messages"]}
        has_more = page["hasMore"]
    return messages


@pytest.mark.parametrize(("kind", "examples", "steps"), [(Changes, 8, 15), (ManyChanges, 1, 5)])
@pytest.mark.usefixtures("environment")
def test_every_device_ends_with_the_truth(
    system: RunningSystem, kind: type[Changes], examples: int, steps: int
) -> None:
    run_machine(lambda: kind(system), examples=examples, steps=steps)
