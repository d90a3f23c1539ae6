"""Frames by Hypothesis: every frame is answered by an event of asyncapi.json, and the socket stays open."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.e2e.clients import PATIENCE, Device, sign_up
from tests.resilience.fuzz.frames import broken, conforming, mangled
from tests.resilience.fuzz.running import Fuzzed, is_long, say, times
from tests.tooling.documents.asyncapi_schemas import faults, name_of, replies_to

Json = dict[str, Any]  # Any: JSON

# It is not these strategies that use `random`, but a thread of the websockets, for their pings.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the .random. module inside strategies")

UNASKED = {"presence", "notification", "private-message", "private-messages", "message:read", "typing"}
"""Events that are pushed for other reasons than the socket's own last frame."""

SETTINGS = settings(deadline=None, derandomize=not is_long(), suppress_health_check=list(HealthCheck))
LARGEST = 32 * 1024


class Conversation:
    """A socket that sends one frame after another; whatever it receives must conform to asyncapi.json."""

    def __init__(self, device: Device, bystander: Device) -> None:
        self._device = device
        self._bystander = bystander
        self._marks = itertools.count()
        self.sent = self.pushes = 0
        self.answers: Counter[str] = Counter()

    def ask(self, text: str) -> list[Json]:
        """Sends a frame, and returns its answers: what arrives before the answer to a second frame, the mark."""
        mark = f"mark-{next(self._marks)}"
        self._device.connection.send(text)
        self._device.send("nothing", clientMessageId=mark)
        self.sent += 1
        answers: list[Json] = []
        while (event := self._next()).get("clientMessageId") != mark:
            if event["event"] not in UNASKED:
                answers.append(event)
        assert {answer.get("code") for answer in answers}.isdisjoint({"internal", "unavailable", "rate_limited"})
        self.answers.update(answer["event"] for answer in answers)
        self._read_pushes()
        return answers

    def _next(self) -> Json:
        """Returns the next event. Raises TimeoutError where none arrives."""
        return self._checked(self._device.connection.recv(timeout=PATIENCE))

    def _read_pushes(self) -> None:
        """Checks what has been pushed to the bystander by now."""
        with suppress(TimeoutError):
            while True:
                self._checked(self._bystander.connection.recv(timeout=0))
                self.pushes += 1

    @staticmethod
    def _checked(frame: str | bytes) -> Json:
        event: Json = json.loads(frame)
        name = name_of(event["event"], of="send")
        assert name is not None, event
        assert faults(name, event) == []
        return event


def conforming_frame(text: str) -> Json | None:
    """Returns the frame if it conforms to the schema of its action, and None otherwise."""
    try:
        frame = json.loads(text)
        name = name_of(frame["action"], of="receive")
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        return None
    if name is None:
        return None
    try:
        return None if faults(name, frame) else frame
    except ValueError:  # a lone surrogate, or a number that is too large
        return None


@pytest.fixture(scope="module")
def people(fuzzed: Fuzzed) -> Iterator[tuple[Conversation, list[str]]]:
    """A user's socket, and the ids of users; one of them is online, so that events are pushed to them."""
    ada, bob, carol = (sign_up(fuzzed) for _ in range(3))
    with closing(ada.http), closing(bob.http), closing(carol.http), ada.device() as own, bob.device() as bobs:
        conversation = Conversation(own, bobs)
        yield conversation, [bob.user_id, carol.user_id, ada.user_id]
        assert conversation.ask('{"action":"register"}')[0]["event"] == "registered"
    assert conversation.pushes
    say(f"{conversation.sent} frames, answered with {dict(conversation.answers)}, and {conversation.pushes} pushes")


def test_a_conforming_frame_is_answered(people: tuple[Conversation, list[str]]) -> None:
    conversation, user_ids = people

    @settings(SETTINGS, max_examples=times(120))
    @given(frame=conforming(user_ids))
    def asked(frame: Json) -> None:
        answers = conversation.ask(json.dumps(frame, ensure_ascii=False))
        kinds = {name_of(answer["event"], of="send") for answer in answers}
        replies = set(replies_to(frame["action"])) if _replies(frame) else set()
        assert kinds in ({"ErrorEvent"}, replies), (frame, answers)
        assert len(answers) == (1 if kinds == {"ErrorEvent"} else _replies(frame)), (frame, answers)

    asked()
    assert set(conversation.answers) >= {"registered", "presence:state", "sync", "error"}
    assert conversation.answers.keys() & {"ack", "acks"}


def test_a_broken_frame_is_refused(people: tuple[Conversation, list[str]]) -> None:
    conversation, user_ids = people

    @settings(SETTINGS, max_examples=times(250))
    @given(text=broken(user_ids) | mangled)
    def asked(text: str) -> None:
        if len(text.encode()) > LARGEST:
            return  # API Gateway itself closes the socket for such a frame
        answers = conversation.ask(text)
        if conforming_frame(text) is None:
            assert [answer["code"] for answer in answers] == ["bad_request"]

    asked()


def _replies(frame: Json) -> int:
    """Returns how many events answer a frame that succeeds."""
    if not replies_to(frame["action"]) or frame.get("answer") is False:  # a heartbeat that asks for no answer
        return 0
    if frame["action"] == "sync":
        return len(frame["conversations"])
    return len(set(frame.get("userIds") or [frame["action"]]))
