"""What a device does with the frames that it gets, without a network."""

import asyncio
import json
from typing import Any

import pytest

from devconnect_client import (
    ActionFailed,
    BadRequest,
    Changed,
    Evicted,
    Message,
    Notification,
    Presence,
    Read,
    SessionEnded,
    Timings,
)
from devconnect_client.device import Device
from devconnect_client.errors import Flooding, retry_after
from devconnect_client.rest import ListedConversation

ADA, BOB = "a" * 24, "b" * 24
Frame = dict[str, Any]  # Any: JSON
GATEWAY_ERROR = {"message": "Internal server error", "connectionId": "c", "requestId": "r"}


def refusal(action: str | None, code: str, **more: object) -> Frame:
    named = {} if action is None else {"action": action}
    return {"event": "error", "error": "No.", "code": code, **named, **more}


@pytest.fixture
def device() -> Device:
    """Ada's device. Its timings are zero, so that every frame is due at once."""
    return Device(ADA, {}, Timings(gap=0.0, answer=0.0, first_delay=0.0))


def sent(device: Device) -> list[Frame]:
    return [json.loads(frame) for frame in device.due()]


def pushed(seq: int) -> Frame:
    return {
        "event": "private-message",
        "messageId": f"id {seq}",
        "conversationId": f"{ADA}:{BOB}",
        "seq": seq,
        "fromUserId": BOB,
        "toUserId": ADA,
        "message": f"text {seq}",
        "ts": "2026-01-31T12:00:00.000Z",
    }


def seqs(events: list[Any]) -> list[int]:  # Any: an event of any kind
    return [event.seq for event in events if isinstance(event, Message)]


def sync_from(after_seq: int, after_change: int = 0) -> Frame:
    position = {"userId": BOB, "afterSeq": after_seq, "afterChange": after_change}
    return {"action": "sync", "conversations": [position]}


def changed(seq: int, change: int, text: str = "new text") -> Frame:
    return pushed(seq) | {"event": "message:changed", "message": text, "change": change}


def states(events: list[Any]) -> list[tuple[int, int]]:  # Any: an event of any kind
    """(seq, change) of each new state of a message."""
    return [(event.message.seq, event.message.change) for event in events if isinstance(event, Changed)]


def synced(*messages: Frame, changes: tuple[Frame, ...], last_change: int) -> Frame:
    answer = {"event": "sync", "userId": BOB, "messages": list(messages), "complete": True}
    return answer | {"changed": list(changes), "lastChange": last_change, "readSeq": {}}


def test_a_gap_is_synced_and_messages_are_delivered_in_order(device: Device) -> None:
    assert seqs(device.take(pushed(1))) == [1]
    assert seqs(device.take(pushed(3))) == []
    assert sent(device) == [sync_from(1)]
    answer = {"event": "sync", "userId": BOB, "messages": [pushed(2), pushed(3)], "complete": True}
    assert seqs(device.take(answer)) == [2, 3]
    assert seqs(device.take(pushed(3))) == []
    assert sent(device) == []


def test_a_change_that_is_the_next_one_is_delivered_at_once(device: Device) -> None:
    device.take(pushed(1))
    assert states(device.take(changed(1, 1))) == [(1, 1)]
    assert states(device.take(changed(1, 1))) == [], "a repeat of its push"
    assert states(device.take(changed(1, 2))) == [(1, 2)]
    assert sent(device) == []


def test_a_gap_in_the_changes_is_synced_and_no_older_state_follows_a_later_one(device: Device) -> None:
    device.take(pushed(1))
    device.take(pushed(2))
    assert states(device.take(changed(1, 3))) == [(1, 3)]
    assert sent(device) == [sync_from(2)]
    assert states(device.take(changed(1, 1))) == [], "overtaken"
    answer = synced(changes=(changed(2, 2), changed(1, 3)), last_change=3)
    assert states(device.take(answer)) == [(2, 2)]
    assert sent(device) == []
    assert states(device.take(changed(2, 2))) == []
    assert states(device.take(changed(2, 4))) == [(2, 4)]


def test_a_message_that_is_changed_before_it_is_delivered_is_delivered_once_as_it_is(device: Device) -> None:
    assert device.take(changed(2, 1)) == []
    assert device.take(pushed(2)) == []
    in_order = device.take(pushed(1))
    assert seqs(in_order) == [1, 2]
    assert [event.text for event in in_order if isinstance(event, Message)] == ["text 1", "new text"]
    assert states(device.take(changed(2, 2))) == [(2, 2)]


def test_changes_upto_counts_the_changes_that_were_delivered() -> None:
    device = Device(ADA, {BOB: 4}, Timings(gap=0.0), {BOB: 2})
    device.reconnected()
    assert sync_from(4, 2) in sent(device)
    answer = synced(pushed(5) | {"change": 4}, changes=(changed(1, 3), changed(2, 5)), last_change=5)
    fifth, first, second = device.take(answer)
    assert device.changes_upto == {BOB: 2}
    for event, number in ((fifth, 2), (first, 2), (second, 5)):
        device.delivered(event)
        assert device.changes_upto == {BOB: number}


def test_the_list_of_conversations_reveals_changes_that_no_push_announced(device: Device) -> None:
    device.take(pushed(1))
    assert device.take_list([ListedConversation(BOB, last_seq=1, read_seq=0, last_change=1)])
    assert sent(device) == [sync_from(1)]
    assert states(device.take(synced(changes=(changed(1, 1),), last_change=1))) == [(1, 1)]
    assert not device.take_list([ListedConversation(BOB, last_seq=1, read_seq=0, last_change=1)])


def test_what_the_service_has_deleted_is_not_waited_for(device: Device) -> None:
    assert seqs(device.take(pushed(1))) == [1]
    assert seqs(device.take(pushed(9))) == []
    assert sent(device) == [sync_from(1)]
    answer = {"event": "sync", "userId": BOB, "messages": [pushed(7), pushed(8)], "complete": False}
    assert seqs(device.take(answer)) == [7, 8, 9]
    assert sent(device) == [sync_from(9)]


def test_upto_counts_the_messages_that_were_delivered() -> None:
    device = Device(ADA, {BOB: 4}, Timings())
    assert device.upto == {BOB: 4}
    [fifth] = device.take(pushed(5))
    [sixth] = device.take(pushed(6) | {"fromUserId": ADA, "toUserId": BOB})
    assert device.upto == {BOB: 4}
    device.delivered(fifth)
    assert device.upto == {BOB: 5}
    device.delivered(sixth)
    assert device.upto == {BOB: 6}, "the user's own messages count too"


@pytest.mark.parametrize("known", [{"bob": 1}, {BOB.upper(): 1}, {ADA: 1}, {BOB: -1}, {BOB: 2**53}])
def test_known_conversations_are_checked_before_anything_is_sent(known: dict[str, int]) -> None:
    """One malformed conversation would keep all others from being synced."""
    with pytest.raises(BadRequest) as refused:
        Device(ADA, known, Timings())
    assert list(refused.value.fields) == ["known"]


def test_a_message_of_the_user_is_delivered_in_order_too(device: Device) -> None:
    async def scenario() -> None:
        outcome = await device.outbox.put(BOB, "mine")
        [frame] = sent(device)
        ack = {"event": "ack", "clientMessageId": frame["clientMessageId"], "messageId": "m", "seq": 2, "ts": "now"}
        assert device.take(ack) == []
        mine = await outcome
        assert mine.seq == 2
        assert device.take(pushed(1))[1:] == [mine]

    asyncio.run(scenario())


def test_the_list_of_conversations_reveals_messages_that_no_push_announced(device: Device) -> None:
    assert device.take_list([ListedConversation(BOB, last_seq=2, read_seq=0)])
    assert sent(device) == [sync_from(0)]
    device.take({"event": "sync", "userId": BOB, "messages": [pushed(1), pushed(2)], "complete": True})
    assert not device.take_list([ListedConversation(BOB, last_seq=2, read_seq=0)])
    assert sent(device) == []


def test_a_read_mark_is_sent_until_the_list_of_conversations_shows_it(device: Device) -> None:
    for seq in (1, 2, 3):
        [message] = device.take(pushed(seq))
        if seq < 3:
            device.delivered(message)
    mark = {"action": "message:read", "userId": BOB, "seq": 2}
    device.mark_read(BOB, 5)  # a message that was never delivered cannot have been read
    assert sent(device) == [mark]
    for read_seq, frames in ((1, [mark]), (2, [])):
        device.take_list([ListedConversation(BOB, last_seq=2, read_seq=read_seq)])
        assert sent(device) == frames


def test_a_presence_subscription_is_sent_until_it_is_confirmed(device: Device) -> None:
    subscription = {"action": "presence:subscribe", "userIds": [BOB]}
    device.watchlist.add([BOB])
    assert sent(device) == [subscription]
    state = {"userId": BOB, "online": True, "lastSeenAt": None}
    assert device.take({"event": "presence:state", **state}) == [Presence(BOB, online=True, last_seen_at=None)]
    assert sent(device) == []
    device.reconnected()
    assert sent(device) == [subscription]


def test_typing_is_not_kept_for_the_next_websocket(device: Device) -> None:
    with pytest.raises(BadRequest):
        device.typing("bob")
    for _ in range(2):
        device.typing(BOB)
    assert sent(device) == [{"action": "typing", "toUserId": BOB}]
    device.typing(BOB)
    device.reconnected()
    assert sent(device) == []


def test_a_read_mark_names_its_conversation(device: Device) -> None:
    for reader in (ADA, BOB):
        frame = {"event": "message:read", "conversationId": f"{ADA}:{BOB}", "userId": reader, "seq": 4}
        assert device.take(frame) == [Read(reader, BOB, 4)]


def test_a_notification_is_delivered_once(device: Device) -> None:
    names = {"notificationId": "n", "type": "T", "fromUserId": BOB, "text": "Bob asks.", "createdAt": "now"}
    assert device.take({"event": "notification", **names}) == [Notification("n", "T", BOB, "Bob asks.", "now")]
    assert device.take({"event": "notification", **names}) == []


@pytest.mark.parametrize(
    ("frame", "answers"),
    [
        ({"event": "registered", "userId": ADA, "expiresIn": 300}, True),
        (refusal("register", "unavailable"), True),
        (refusal("register", "rate_limited", retryAfter=57), True),
        (refusal(None, "unavailable"), True),
        (GATEWAY_ERROR, True),
        (refusal("typing", "unavailable"), False),
        (refusal("sync", "unavailable"), False),
        (refusal("private-message", "unavailable", clientMessageId="unknown"), False),
        (refusal("private-message", "unavailable"), False),
        ({"event": "of a later version"}, False),
    ],
)
def test_a_heartbeat_is_answered_by_its_response_or_its_refusal(device: Device, frame: Frame, *, answers: bool) -> None:
    assert device.take(frame) == []
    assert device.heartbeat.answered.is_set() is answers


def test_a_heartbeat_that_failed_is_sent_again_and_a_rate_limited_one_when_it_may_be() -> None:
    device = Device(ADA, {}, Timings(heartbeat=240.0, answer=10.0))
    for failure, seconds in (
        (refusal("register", "rate_limited", retryAfter=57), 57),
        (refusal("register", "unavailable"), 10),
        (GATEWAY_ERROR, 10),
    ):
        device.take({"event": "registered", "userId": ADA, "expiresIn": 60})
        assert device.heartbeat.pause() == 48
        device.take(failure)
        assert device.heartbeat.pause() == seconds
        assert device.heartbeat.asks()


def test_a_heartbeat_asks_for_an_answer_where_nothing_has_arrived_since_the_one_before(device: Device) -> None:
    assert [device.heartbeat.asks() for _ in range(2)] == [True, True], "nothing has arrived at all"
    device.take({"event": "registered", "userId": ADA, "expiresIn": 300})
    assert [device.heartbeat.asks() for _ in range(2)] == [False, True]
    device.take({"event": "of a later version"})
    device.reconnected()
    assert device.heartbeat.asks(), "what arrived came over another connection"


def test_a_connection_is_dead_where_a_message_has_no_answer_and_nothing_else_arrives() -> None:
    device = Device(ADA, {}, Timings(heartbeat=240.0, answer=0.05))
    device.reconnected()
    assert not device.is_lost()

    async def send_twice() -> None:
        await device.outbox.put(BOB, "hi")
        assert device.due()
        assert not device.is_lost(), "the answer may still come"
        await asyncio.sleep(device.due_in() or 0)
        assert device.is_lost()
        device.take({"event": "of a later version"})
        assert not device.is_lost(), "the connection is alive, so the message is sent again"
        assert device.due()
        await asyncio.sleep(device.due_in() or 0)
        assert device.is_lost()
        device.reconnected()
        assert not device.is_lost(), "it was another connection"
        assert device.due()
        device.take({"event": "of a later version"})
        await asyncio.sleep(2 * (device.due_in() or 0))
        assert not device.is_lost(), "something came after the message, however late this is asked"

    asyncio.run(send_twice())


def test_an_error_postpones_only_the_action_that_it_names(device: Device) -> None:
    """A rate limit of one action does not postpone another."""
    device.take(pushed(2))
    for action in ("typing", "message:read", "register", "presence:subscribe", "of a later version"):
        assert device.take(refusal(action, "rate_limited", retryAfter=57)) == []
    assert sent(device) == [sync_from(0)]
    device.take(refusal("sync", "rate_limited", retryAfter=57))
    device.reconnected()
    assert sent(device) == []
    due_in = device.due_in()
    assert due_in is not None
    assert 56 < due_in <= 57


@pytest.mark.parametrize(
    ("action", "user_ids"),
    [
        ("sync", (BOB,)),
        ("presence:subscribe", (BOB,)),
        ("typing", ()),
        ("message:read", ()),
        ("register", ()),
        ("of a later version", ()),
    ],
)
def test_a_permanent_refusal_is_reported_and_the_action_not_repeated(
    device: Device, action: str, user_ids: tuple[str, ...]
) -> None:
    device.delivered(device.take(pushed(1))[0])
    device.take(pushed(3))
    device.mark_read(BOB, 1)
    device.watchlist.add([BOB])
    assert len(sent(device)) == 3
    assert device.take(refusal(action, "forbidden")) == [ActionFailed(action, user_ids, "No.")]
    device.take_list([ListedConversation(BOB, last_seq=3, read_seq=0)])
    device.reconnected()
    assert action not in {frame["action"] for frame in sent(device)}


def test_a_request_that_is_accepted_on_any_device_is_synced(device: Device) -> None:
    device.take({"event": "conversation:request", "userId": "c" * 24, "status": "ignored"})
    assert sent(device) == []
    assert device.take({"event": "conversation:request", "userId": "c" * 24, "status": "accepted"}) == []
    [frame] = sent(device)
    assert frame["conversations"] == [{"userId": "c" * 24, "afterSeq": 0, "afterChange": 0}]


def test_an_error_of_the_gateway_repeats_every_unanswered_frame() -> None:
    async def scenario() -> None:
        device = Device(ADA, {BOB: 1}, Timings(answer=60.0, first_delay=0.0))
        await device.outbox.put(BOB, "mine")
        device.watchlist.add([BOB])
        device.reconnected()
        frames = sent(device)
        assert {frame["action"] for frame in frames} == {"private-message", "sync", "presence:subscribe"}
        assert sent(device) == []
        assert device.take(GATEWAY_ERROR) == []
        assert sent(device) == frames

    asyncio.run(scenario())


@pytest.mark.parametrize("frame", [{"event": "session:ended"}, refusal("sync", "unauthorized")])
def test_the_end_of_the_session_raises_an_error(device: Device, frame: Frame) -> None:
    with pytest.raises(SessionEnded):
        device.take(frame)


def test_an_evicted_device_ends_with_an_error_of_its_own(device: Device) -> None:
    with pytest.raises(Evicted):
        device.take({"event": "socket:evicted"})


def test_a_flood_ends_the_connection_until_the_service_takes_it_again(device: Device) -> None:
    with pytest.raises(Flooding) as flooding:
        device.take(refusal(None, "flooding", retryAfter=42))
    assert retry_after(flooding.value) == 42
