"""The workloads of `make bench-consumer` are events of today's types: others would only measure the dead letters."""

import msgspec
import pytest

from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.wiring import Wiring
from tests.bench.workloads import WORKLOADS, Workload


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_a_workload_has_the_number_of_valid_events_that_was_asked_for(workload: Workload, wiring: Wiring) -> None:
    events = list(workload.make(wiring.mongo, 3))
    assert len(events) == 3
    for event in events:
        msgspec.convert(event.data, EVENT_TYPES[event.eventType].data)
