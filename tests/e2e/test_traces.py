"""A traceparent of a request is found again in events, in the headers of records and in the consumer's log."""

import json
import secrets
from collections.abc import Iterator
from functools import partial

import pytest

from infra.local.running import RunningSystem
from tests.e2e.clients import Person
from tests.support.event_log import Event, EventLog
from tests.support.waiting import eventually


@pytest.fixture
def traceparent() -> str:
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def traced_events(event_log: EventLog, user_id: str, *event_types: str) -> list[Event]:
    found = [eventually(partial(event_log.of, user_id, kind), what=kind)[0] for kind in event_types]
    for event in found:
        assert event_log.headers_of(event["eventId"]).get("traceparent", b"").decode() == event.get("traceparent", "")
    return found


def logged(system: RunningSystem) -> Iterator[dict[str, object]]:
    for line in (system.state.logs / "consumer.log").read_text().splitlines():
        if line.startswith("{") and "event_processed" in line:
            yield json.loads(line)


def test_a_traced_request_is_followed_to_what_the_consumer_derives(
    ada: Person, bob: Person, event_log: EventLog, system: RunningSystem, traceparent: str
) -> None:
    message = {"toUserId": bob.user_id, "message": "hi"}
    headers = {**ada.authorization, "traceparent": traceparent}
    assert ada.http.post("/api/messages", json=message, headers=headers).status_code == 201
    sent, analytics = traced_events(event_log, ada.user_id, "MESSAGE_SENT", "MESSAGE_ANALYTICS")
    [notification] = traced_events(event_log, bob.user_id, "MESSAGE_NOTIFICATION")
    assert {event.get("traceparent") for event in (sent, analytics, notification)} == {traceparent}
    eventually(
        lambda: (
            {"MESSAGE_SENT", "MESSAGE_ANALYTICS", "MESSAGE_NOTIFICATION"}
            <= {str(line["eventType"]) for line in logged(system) if line["traceparent"] == traceparent}
        ),
        what="the events in the consumer's log",
    )


def test_a_traced_frame_is_followed_as_well(ada: Person, bob: Person, event_log: EventLog, traceparent: str) -> None:
    with ada.device() as device:
        message = {"toUserId": bob.user_id, "message": "hi", "clientMessageId": "1"}
        device.send("private-message", **message, traceparent=traceparent)
        device.expect("ack")
        device.send("private-message", **{**message, "clientMessageId": "2"}, traceparent="00-wrong")
        assert list(device.expect("error", clientMessageId="2")["fields"]) == ["traceparent"]
    [sent] = traced_events(event_log, ada.user_id, "MESSAGE_SENT")
    assert sent["traceparent"] == traceparent


def test_a_wrong_header_is_ignored(ada: Person, bob: Person, event_log: EventLog) -> None:
    """W3C Trace Context, section 4.3: a request is not refused for it."""
    headers = {**ada.authorization, "traceparent": "00-wrong"}
    message = {"toUserId": bob.user_id, "message": "hi"}
    assert ada.http.post("/api/messages", json=message, headers=headers).status_code == 201
    [sent] = traced_events(event_log, ada.user_id, "MESSAGE_SENT")
    assert "traceparent" not in sent
