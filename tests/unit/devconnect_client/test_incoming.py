import json

import pytest

from devconnect_client.incoming import UNREADABLE, read_frame

MESSAGE = {"messageId": "m", "seq": 1, "fromUserId": "a", "toUserId": "b", "message": "Hello", "ts": "t"}


@pytest.mark.parametrize(
    "frame",
    [
        {"event": "private-message", **MESSAGE},
        {"event": "sync", "userId": "b", "messages": [MESSAGE], "complete": True},
        {"event": "sync", "userId": "b", "messages": [], "complete": True, "changed": [MESSAGE], "lastChange": 1},
        {"event": "message:changed", **MESSAGE, "change": 1, "editedAt": "t", "reactions": {"b": "👍"}},
        {"event": "presence", "userId": "b", "online": False, "lastSeenAt": None},
        {"event": "error", "error": "No.", "code": "bad_request", "fields": {"message": "no"}},
        {"event": "from:the:future", "anything": 1},
        {"message": "Internal server error", "connectionId": "c", "requestId": "r"},
    ],
)
def test_a_frame_of_the_protocol_is_read_as_it_is(frame: dict[str, object]) -> None:
    assert read_frame(json.dumps(frame)) == frame


@pytest.mark.parametrize("text", ["", "{", "null", "1", "[]", '"x"', "[" * 100_000, '{"event": 7}', '{"event": null}'])
def test_what_is_no_frame_is_unreadable(text: str) -> None:
    assert read_frame(text) == {"event": UNREADABLE}


@pytest.mark.parametrize(
    "wrong",
    [{"change": "1"}, {"change": 0}, {"editedAt": 1}, {"deleted": "yes"}, {"reactions": []}, {"replyTo": 1.5}],
    ids=str,
)
def test_a_message_whose_state_is_wrong_is_unreadable(wrong: dict[str, object]) -> None:
    assert read_frame(json.dumps({"event": "message:changed", **MESSAGE, **wrong})) == {"event": UNREADABLE}


@pytest.mark.parametrize("field", sorted(MESSAGE))
@pytest.mark.parametrize("wrong", [None, True, -1, 1.5, [], {}])
def test_a_message_with_a_wrong_field_is_unreadable_with_all_of_its_frame(field: str, wrong: object) -> None:
    frame = {"event": "private-messages", "messages": [MESSAGE, {**MESSAGE, field: wrong}]}
    assert read_frame(json.dumps(frame)) == {"event": UNREADABLE}
