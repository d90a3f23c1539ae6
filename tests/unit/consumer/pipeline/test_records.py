"""Which records are events."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.consumer.pipeline.records import MAX_EVENT_BYTES, Incoming, Poison, Unknown, read
from tests.unit.consumer.pipeline.test_effect_runner import ARecord

GOOD = {
    "eventId": str(uuid.uuid4()),
    "eventType": "USER_LOGIN",
    "userId": "65f0c0ffee65f0c0ffee65f0",
    "timestamp": "2026-01-31T12:00:00.000Z",
    "version": 1,
    "data": {"ip": "127.0.0.1"},
}

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def of(raw: bytes) -> Incoming | Unknown | Poison:
    return read(ARecord(0, raw), NOW)


def test_an_event_is_read_also_with_fields_of_a_later_release() -> None:
    found = of(json.dumps(GOOD | {"traceId": "x", "data": {"ip": "127.0.0.1", "more": [1]}}).encode())
    assert isinstance(found, Incoming)
    assert found.event.data["more"] == [1]


def test_a_signup_is_read_whatever_was_taken_for_a_name_or_an_address() -> None:
    """It may be older than the rules of today, such as that a name is one line."""
    data = {"emailId": "ada@example.org\x7f", "firstName": "Ada\x1b\n"}
    found = of(json.dumps(GOOD | {"eventType": "USER_SIGNUP", "data": data}).encode())
    assert isinstance(found, Incoming)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z"),
        ("0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z"),
        ("2026-02-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"),
        ("2026-02-01T00:00:00.001Z", "2026-02-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "2026-02-01T00:00:00.000Z"),
    ],
)
def test_an_event_is_never_later_than_now_and_an_older_one_keeps_its_time(written: str, taken: str) -> None:
    found = of(json.dumps(GOOD | {"timestamp": written}).encode())
    assert isinstance(found, Incoming)
    assert found.event.timestamp == taken


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[]", "wrong_shape"),
        (b"{}", "wrong_shape"),
        (b"[" * 100_000, "wrong_shape"),
        (json.dumps(GOOD | {"version": "1"}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"eventId": "not a UUID"}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"userId": "user"}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"timestamp": "yesterday"}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"timestamp": "2026-02-31T12:00:00.000Z"}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"data": {}}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"data": {"ip": 1}}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"version": 2}).encode(), "unsupported_version"),
        (json.dumps(GOOD | {"data": {"x": "y" * MAX_EVENT_BYTES}}).encode(), "too_large"),
    ],
)
def test_poison_has_its_reason(raw: bytes, reason: str) -> None:
    found = of(raw)
    assert isinstance(found, Poison)
    assert found.reason == reason
    assert found.error


def test_an_unknown_type_is_no_poison() -> None:
    assert isinstance(of(json.dumps(GOOD | {"eventType": "USER_TELEPORTED"}).encode()), Unknown)


@settings(deadline=None)  # the machine may be busy
@given(st.binary() | st.dictionaries(st.sampled_from(sorted(GOOD)), st.none() | st.text() | st.integers()).map(
    lambda part: json.dumps({**GOOD, **part}).encode()
))  # fmt: skip
def test_nothing_a_record_holds_can_stop_the_reader(raw: bytes) -> None:
    assert isinstance(of(raw), Incoming | Unknown | Poison)


def test_a_tombstone_is_poison() -> None:
    assert isinstance(read(ARecord(0, None), NOW), Poison)
