"""Records of Kafka are read as events, as events of unknown types, or as poison."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.consumer.pipeline.records import MAX_EVENT_BYTES, Incoming, Poison, Unknown, read
from tests.support.kafka_records import KafkaRecord

VALID_EVENT = {
    "eventId": str(uuid.uuid4()),
    "eventType": "USER_LOGIN",
    "userId": "65f0c0ffee65f0c0ffee65f0",
    "timestamp": "2026-01-31T12:00:00.000Z",
    "version": 1,
    "data": {"ip": "127.0.0.1"},
}

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def read_value(raw: bytes) -> Incoming | Unknown | Poison:
    return read(KafkaRecord(0, raw), NOW)


def test_an_event_with_fields_of_a_later_release_is_valid() -> None:
    outcome = read_value(json.dumps(VALID_EVENT | {"traceId": "x", "data": {"ip": "127.0.0.1", "more": [1]}}).encode())
    assert isinstance(outcome, Incoming)
    assert outcome.event.data["more"] == [1]


def test_a_signup_event_is_valid_whatever_its_name_and_address_contain() -> None:
    """It may be older than today's rules, such as that a name is one line."""
    data = {"emailId": "ada@example.org\x7f", "firstName": "Ada\x1b\n"}
    outcome = read_value(json.dumps(VALID_EVENT | {"eventType": "USER_SIGNUP", "data": data}).encode())
    assert isinstance(outcome, Incoming)


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
    found = read_value(json.dumps(VALID_EVENT | {"timestamp": written}).encode())
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
        (json.dumps(VALID_EVENT | {"version": "1"}).encode(), "wrong_shape"),
        (json.dumps(VALID_EVENT | {"eventId": "not a UUID"}).encode(), "wrong_shape"),
        (json.dumps(VALID_EVENT | {"userId": "user"}).encode(), "wrong_shape"),
        (json.dumps(VALID_EVENT | {"timestamp": "yesterday"}).encode(), "wrong_shape"),
        (json.dumps(VALID_EVENT | {"timestamp": "2026-02-31T12:00:00.000Z"}).encode(), "wrong_shape"),
        (json.dumps(VALID_EVENT | {"eventType": "PROFILE_UPDATED", "data": {}}).encode(), "wrong_shape"),
        (json.dumps(VALID_EVENT | {"eventType": "PROFILE_UPDATED", "data": {"fields": 1}}).encode(), "wrong_shape"),
        (json.dumps(VALID_EVENT | {"version": 2}).encode(), "unsupported_version"),
        (json.dumps(VALID_EVENT | {"data": {"x": "y" * MAX_EVENT_BYTES}}).encode(), "too_large"),
    ],
)
def test_an_invalid_record_is_poison_with_a_reason(raw: bytes, reason: str) -> None:
    outcome = read_value(raw)
    assert isinstance(outcome, Poison)
    assert outcome.reason == reason
    assert outcome.error


def test_an_event_of_an_unknown_type_is_not_poison() -> None:
    assert isinstance(read_value(json.dumps(VALID_EVENT | {"eventType": "USER_TELEPORTED"}).encode()), Unknown)


@settings(deadline=None)  # the machine may be busy
@given(st.binary() | st.dictionaries(st.sampled_from(sorted(VALID_EVENT)), st.none() | st.text() | st.integers()).map(
    lambda part: json.dumps({**VALID_EVENT, **part}).encode()
))  # fmt: skip
def test_any_bytes_are_read_as_an_event_an_unknown_type_or_poison(raw: bytes) -> None:
    assert isinstance(read_value(raw), Incoming | Unknown | Poison)


def test_a_tombstone_is_poison() -> None:
    assert isinstance(read(KafkaRecord(0, None), NOW), Poison)
