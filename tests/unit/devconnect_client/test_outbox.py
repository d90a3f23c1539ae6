"""The outbox of the client without a network: each test gives the times and looks at the frames."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from devconnect_client.errors import (
    MAX_FAULTS,
    BadRequest,
    Blocked,
    ClientClosed,
    Fault,
    Refused,
    SessionEnded,
)
from devconnect_client.frames import MAX_BYTES, MAX_MESSAGES
from devconnect_client.outbox import MAX_UNACKNOWLEDGED, Outbox
from devconnect_client.timings import Timings

TIMINGS = Timings(answer=10.0, first_delay=1.0, longest_delay=1.0)
Frame = dict[str, Any]  # Any: JSON


def with_outbox(scenario: Callable[[Outbox], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario(Outbox("ada", TIMINGS))

    asyncio.run(run())


def sent(outbox: Outbox, now: float) -> list[Frame]:
    return [json.loads(frame) for frame in outbox.due(now)]


def texts(outbox: Outbox, now: float) -> list[str]:
    return [frame["message"] for frame in sent(outbox, now)]


def batches(outbox: Outbox, now: float) -> list[list[str]]:
    """Returns the texts of the frames that have several messages."""
    return [[message["message"] for message in frame["messages"]] for frame in sent(outbox, now)]


def ack(frame: Frame, seq: int) -> Frame:
    name = frame["clientMessageId"]
    return {"event": "ack", "clientMessageId": name, "messageId": f"id {seq}", "seq": seq, "ts": "now"}


def error(frame: Frame, code: str, **more: object) -> Frame:
    name = frame["clientMessageId"] if "clientMessageId" in frame else frame["messages"][0]["clientMessageId"]
    return {
        "event": "error",
        "error": "No.",
        "code": code,
        "action": frame["action"],
        "clientMessageId": name,
        **more,
    }


def test_only_one_frame_to_each_user_is_in_flight() -> None:
    async def scenario(outbox: Outbox) -> None:
        outcomes = [await outbox.put(*message) for message in (("bob", "1"), ("eve", "3"))]
        first, third = sent(outbox, 0)
        assert (first["message"], third["message"]) == ("1", "3")
        await outbox.put("bob", "2")
        assert texts(outbox, 0) == []
        message = outbox.acknowledged(ack(first, 7))
        assert message is not None
        assert (message.seq, message.text, message.from_user_id, message.to_user_id) == (7, "1", "ada", "bob")
        assert await outcomes[0] == message
        assert outbox.acknowledged(ack(first, 7)) is None
        assert texts(outbox, 0) == ["2"]

    with_outbox(scenario)


def test_an_unacknowledged_message_is_sent_again_with_its_client_message_id() -> None:
    async def scenario(outbox: Outbox) -> None:
        await outbox.put("bob", "1")
        [first] = sent(outbox, 0)
        assert outbox.next_due() == 10
        assert sent(outbox, 9.9) == []
        assert sent(outbox, 10) == [first]
        outbox.reconnected()
        assert sent(outbox, 11) == [first]

    with_outbox(scenario)


@pytest.mark.parametrize(
    ("code", "more", "least"), [("rate_limited", {"retryAfter": 5}, 5), ("unavailable", {}, 0), ("internal", {}, 0)]
)
def test_a_message_is_sent_again_after_a_temporary_refusal(code: str, more: Frame, least: float) -> None:
    async def scenario(outbox: Outbox) -> None:
        await outbox.put("bob", "1")
        [first] = sent(outbox, 0)
        outbox.refused(error(first, code, **more), now=0)
        due = outbox.next_due()
        assert due is not None
        assert least <= due <= least + TIMINGS.first_delay
        outbox.reconnected()
        assert outbox.next_due() == due, "a new websocket is no reason to be earlier"
        assert sent(outbox, due) == [first]

    with_outbox(scenario)


@pytest.mark.parametrize(("code", "kind"), [("bad_request", BadRequest), ("blocked", Blocked), ("forbidden", Refused)])
def test_a_permanent_refusal_fails_the_message_and_sends_the_next(code: str, kind: type[Refused]) -> None:
    async def scenario(outbox: Outbox) -> None:
        outcome = await outbox.put("bob", "1")
        [first] = sent(outbox, 0)
        await outbox.put("bob", "2")
        outbox.refused(error(first, code, fields={"message": "it is not nice"}), now=0)
        with pytest.raises(kind) as refused:
            await outcome
        assert (refused.value.code, refused.value.fields) == (code, {"message": "it is not nice"})
        assert texts(outbox, 0) == ["2"]

    with_outbox(scenario)


def test_a_message_that_the_service_keeps_failing_at_is_given_up() -> None:
    async def scenario(outbox: Outbox) -> None:
        outcome = await outbox.put("bob", "1")
        for minute in range(MAX_FAULTS):
            assert not outcome.done()
            [first] = sent(outbox, 60 * minute)
            outbox.refused(error(first, "internal"), now=60 * minute)
        with pytest.raises(Fault):
            await outcome
        await outbox.put("bob", "2")
        assert texts(outbox, 3_600) == ["2"]

    with_outbox(scenario)


def test_messages_that_wait_are_sent_together_in_their_order() -> None:
    async def scenario(outbox: Outbox) -> None:
        outcomes = [await outbox.put("bob", str(number)) for number in range(MAX_MESSAGES + 2)]
        [first] = sent(outbox, 0)
        ids = [message["clientMessageId"] for message in first["messages"]]
        assert ids == sorted(ids), "they grow"
        assert [message["message"] for message in first["messages"]] == [str(number) for number in range(MAX_MESSAGES)]
        assert sent(outbox, 0) == []
        for seq, message in enumerate(first["messages"], 1):
            outbox.acknowledged(ack(message, seq))
        assert [(await outcome).seq for outcome in outcomes[:MAX_MESSAGES]] == list(range(1, MAX_MESSAGES + 1))
        assert batches(outbox, 0) == [[str(MAX_MESSAGES), str(MAX_MESSAGES + 1)]]

    with_outbox(scenario)


def test_messages_that_are_too_long_for_one_frame_are_sent_in_several() -> None:
    async def scenario(outbox: Outbox) -> None:
        for _ in range(10):
            await outbox.put("bob", "x" * 5_000)
        [frame] = outbox.due(0)
        assert len(json.loads(frame)["messages"]) == 6
        assert len(frame.encode()) <= MAX_BYTES

    with_outbox(scenario)


def test_a_temporary_refusal_of_several_messages_repeats_them_with_those_that_came_meanwhile() -> None:
    async def scenario(outbox: Outbox) -> None:
        for text in ("1", "2"):
            await outbox.put("bob", text)
        [first] = sent(outbox, 0)
        outbox.refused(error(first, "unavailable"), now=0)
        await outbox.put("bob", "3")
        assert batches(outbox, 60) == [["1", "2", "3"]]

    with_outbox(scenario)


def test_messages_that_are_too_many_for_a_rate_limit_are_sent_alone() -> None:
    async def scenario(outbox: Outbox) -> None:
        for text in ("1", "2", "3"):
            await outbox.put("bob", text)
        [first] = sent(outbox, 0)
        outbox.refused(error(first, "rate_limited", retryAfter=5), now=0)
        assert sent(outbox, 1) == []
        assert texts(outbox, 60) == ["1"]

    with_outbox(scenario)


def test_messages_that_are_refused_together_are_sent_alone() -> None:
    async def scenario(outbox: Outbox) -> None:
        outcomes = [await outbox.put("bob", text) for text in ("1", "2", "3")]
        [first] = sent(outbox, 0)
        outbox.refused(error(first, "bad_request"), now=0)
        assert not any(outcome.done() for outcome in outcomes)
        [alone] = sent(outbox, 0)
        assert alone["message"] == "1"
        outbox.acknowledged(ack(alone, 1))
        [alone] = sent(outbox, 0)
        outbox.refused(error(alone, "bad_request"), now=0)
        with pytest.raises(BadRequest):
            await outcomes[1]
        assert texts(outbox, 0) == ["3"]

    with_outbox(scenario)


def test_an_unknown_outcome_shortens_the_wait_for_the_ack() -> None:
    async def scenario(outbox: Outbox) -> None:
        await outbox.put("bob", "1")
        outbox.outcome_unknown(0)
        [first] = sent(outbox, 0)
        outbox.outcome_unknown(1)
        due = outbox.next_due()
        assert due is not None
        assert 1 <= due <= 1 + TIMINGS.first_delay
        assert sent(outbox, due) == [first]

    with_outbox(scenario)


def test_cancelling_a_sender_does_not_cancel_its_message() -> None:
    async def scenario(outbox: Outbox) -> None:
        (await outbox.put("bob", "1")).cancel()
        [first] = sent(outbox, 0)
        assert outbox.acknowledged(ack(first, 1)) is not None

    with_outbox(scenario)


def test_senders_wait_while_too_many_messages_are_unacknowledged() -> None:
    async def scenario(outbox: Outbox) -> None:
        for number in range(MAX_UNACKNOWLEDGED):
            await outbox.put(f"user {number}", "text")
        waiting = [asyncio.create_task(outbox.put("bob", text)) for text in ("one", "two")]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        outbox.acknowledged(ack(sent(outbox, 0)[0], 1))
        outcome = await waiting[0]
        assert not waiting[1].done()
        outbox.end(SessionEnded("It has ended."))
        for ended in (outcome, waiting[1], outbox.put("bob", "three")):
            with pytest.raises(SessionEnded):
                await ended

    with_outbox(scenario)


@pytest.mark.parametrize("text", ["\ud800", "x" * 33_000, "\x00" * 5_500], ids=["surrogate", "long", "escapes"])
def test_a_frame_that_would_make_the_gateway_close_the_websocket_is_never_sent(text: str) -> None:
    async def scenario(outbox: Outbox) -> None:
        with pytest.raises(BadRequest) as refused:
            await outbox.put("bob", text)
        assert list(refused.value.fields) == ["message"]
        assert outbox.next_due() is None

    with_outbox(scenario)


def test_closing_fails_the_messages_in_flight() -> None:
    async def scenario(outbox: Outbox) -> None:
        outcome = await outbox.put("bob", "1")
        outbox.end(ClientClosed("It was closed."))
        with pytest.raises(ClientClosed):
            await outcome
        assert sent(outbox, 0) == []

    with_outbox(scenario)
