"""Which records are events."""

import json
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.consumer.pipeline.records import MAX_EVENT_BYTES, Incoming, Poison, Unknown, read
from tests.support.kafka_records import KafkaRecord

GOOD = {
    "eventId": str(uuid.uuid4()),
    "eventType": "USER_LOGIN",
    "userId": "65f0c0ffee65f0c0ffee65f0",
    "timestamp": "2026-01-31T12:00:00.000Z",
    "version": 1,
    "data": {"ip": "127.0.0.1"},
}


def of(raw: bytes) -> Incoming | Unknown | Poison:
    return read(KafkaRecord(0, raw))


def test_an_event_with_fields_of_a_later_release_is_valid() -> None:
    found = of(json.dumps(GOOD | {"traceId": "x", "data": {"ip": "127.0.0.1", "more": [1]}}).encode())
    assert isinstance(found, Incoming)
    assert found.event.data["more"] == [1]


def test_a_signup_event_is_valid_whatever_its_name_and_address_contain() -> None:
    """It may be older than the rules of today, such as that a name is one line."""
    data = {"emailId": "ada@example.org\x7f", "firstName": "Ada\x1b\n"}
    found = of(json.dumps(GOOD | {"eventType": "USER_SIGNUP", "data": data}).encode())
    assert isinstance(found, Incoming)


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
        (json.dumps(GOOD | {"data": {}}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"data": {"ip": 1}}).encode(), "wrong_shape"),
        (json.dumps(GOOD | {"version": 2}).encode(), "unsupported_version"),
        (json.dumps(GOOD | {"data": {"x": "y" * MAX_EVENT_BYTES}}).encode(), "too_large"),
    ],
)
def test_an_invalid_record_is_poison_with_a_reason(raw: bytes, reason: str) -> None:
    found = of(raw)
    assert isinstance(found, Poison)
    assert found.reason == reason
    assert found.error


def test_an_event_of_an_unknown_type_is_not_poison() -> None:
    assert isinstance(of(json.dumps(GOOD | {"eventType": "USER_TELEPORTED"}).encode()), Unknown)


@settings(deadline=None)  # the machine may be busy
@given(st.binary() | st.dictionaries(st.sampled_from(sorted(GOOD)), st.none() | st.text() | st.integers()).map(
    lambda part: json.dumps({**GOOD, **part}).encode()
))  # fmt: skip
def test_any_bytes_are_read_as_an_event_an_unknown_type_or_poison(raw: bytes) -> None:
    assert isinstance(of(raw), Incoming | Unknown | Poison)


def test_a_tombstone_is_poison() -> None:
    assert isinstance(read(KafkaRecord(0, None)), Poison)
