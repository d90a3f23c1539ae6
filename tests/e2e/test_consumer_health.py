"""The consumer's health over HTTP."""

import httpx

from infra.local.running import RunningSystem
from tests.e2e.clients import Person
from tests.support.waiting import eventually


def test_the_consumer_serves_live_ready_and_metrics(system: RunningSystem, ada: Person) -> None:
    address = system.entry("consumer").address
    assert httpx.get(f"{address}/live").status_code == 200
    assert httpx.get(f"{address}/ready").status_code == 200
    assert httpx.get(f"{address}/nothing").status_code == 404

    def metric(name: str) -> list[float]:
        lines = httpx.get(f"{address}/metrics").text.splitlines()
        return [float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)]

    eventually(lambda: metric('devconnect_events_processed_total{event_type="USER_SIGNUP"}'), what="a signup's count")
    assert len(metric("devconnect_consumer_lag_records{")) >= 15
    eventually(lambda: metric("devconnect_redis_memory_bytes")[0] > 0, what="the memory of Redis")
    assert metric("devconnect_mongodb_command_seconds_count")
    assert metric("devconnect_oldest_pending_event_seconds")
    assert ada.user_id
