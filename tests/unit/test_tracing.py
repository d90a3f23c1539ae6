"""Which traceparents count, and what becomes of X-Ray's header."""

import json
import logging

import pytest

from chalicelib.clock import utc_now
from chalicelib.events.envelope import decode, derived_event, encode, new_event
from chalicelib.events.outbox import pending
from chalicelib.logs import JsonFormatter
from chalicelib.tracing import current_traceparent, traced, valid_traceparent

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
X_RAY = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
USER = "0123456789abcdef01234567"


@pytest.mark.parametrize("text", [TRACE, "cc" + TRACE[2:], "cc" + TRACE[2:] + "-what-the-future-brings"])
def test_a_traceparent_of_this_or_a_later_version_counts(text: str) -> None:
    assert valid_traceparent(text) == TRACE


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "ff" + TRACE[2:], TRACE + "-more", TRACE.upper(), TRACE + "\n", "0" + TRACE),
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01",
    ],
)
def test_a_wrong_traceparent_is_ignored(text: str | None) -> None:
    assert valid_traceparent(text) is None


def test_the_trace_of_x_ray_is_taken_where_it_is_sampled_and_the_client_has_none() -> None:
    with traced(None, {"x-amzn-trace-id": X_RAY}):
        assert current_traceparent() == "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"
    with traced(None, {"x-amzn-trace-id": X_RAY.replace("Sampled=1", "Sampled=0")}):
        assert current_traceparent() is None
    with traced(TRACE, {"x-amzn-trace-id": X_RAY}):
        assert current_traceparent() == TRACE
    assert current_traceparent() is None


def test_a_log_line_links_both_traces() -> None:
    record = logging.LogRecord("name", logging.INFO, "path", 1, "text", (), None)
    with traced(TRACE, {"x-amzn-trace-id": X_RAY}):
        line = json.loads(JsonFormatter().format(record))
    assert (line["traceparent"], line["xRayTraceId"]) == (TRACE, "1-5759e988-bd862e3fe1be46a994272793")
    assert not {"traceparent", "xRayTraceId"} & set(json.loads(JsonFormatter().format(record)))


def test_a_derived_event_belongs_to_the_trace_of_its_source() -> None:
    with traced(TRACE):
        event = new_event("CONNECTION_REQUEST", USER, utc_now, toUserId=USER)
    assert decode(encode(event)).traceparent == TRACE
    assert pending(event, utc_now())["traceparent"] == TRACE
    assert derived_event(event, "CONNECTION_REQUEST_NOTIFICATION", USER).traceparent == TRACE
    assert b"traceparent" not in encode(new_event("CONNECTION_REQUEST", USER, utc_now))
