"""While Kafka is down, events of profile views are lost, and nobody waits for Kafka."""

import threading
import time
from collections.abc import Sequence

import pytest
from kafka.errors import KafkaTimeoutError
from kafka.future import Future

from chalicelib.clients.kafka.producer import ACKNOWLEDGE_SECONDS
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring

VIEWS = 20


class SilentClient:
    """Accepts records as the client does, but no broker ever acknowledges them."""

    def send(self, records: Sequence[OutgoingRecord], _deadline: float) -> list[Future]:
        return [Future() for record in records if record.key and record.value]

    def wait(self, _outcome: Future, deadline: float) -> None:
        threading.Event().wait(deadline - time.monotonic())
        raise KafkaTimeoutError

    def close(self) -> None:
        pass


def view(wiring: Wiring, viewer: NewSession, viewed: NewSession) -> float:
    """Views a profile. Returns the seconds that it took."""
    started = time.monotonic()
    assert wiring.profiles.of(viewer.credentials, viewed.user.userId).firstName == "Ada"
    return time.monotonic() - started


def test_a_profile_view_does_not_wait_for_a_broker_that_refuses_connections(
    without_kafka: Wiring, ada: NewSession, bob: NewSession
) -> None:
    assert max(view(without_kafka, ada, bob) for _ in range(VIEWS)) < ACKNOWLEDGE_SECONDS / 2


def test_only_the_first_profile_view_waits_for_a_broker_that_hangs(
    wiring: Wiring, ada: NewSession, bob: NewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring.producer, "_client", SilentClient())
    first, *later = [view(wiring, ada, bob) for _ in range(VIEWS)]
    # The first view waits for the acknowledgement, since the function is frozen after its response.
    assert ACKNOWLEDGE_SECONDS <= first < ACKNOWLEDGE_SECONDS + 0.5
    # All the views are over before the breaker's first probe.
    assert sum(later) < ACKNOWLEDGE_SECONDS / 2


def test_a_lost_profile_view_leaves_no_pending_event(
    without_kafka: Wiring, wiring: Wiring, ada: NewSession, bob: NewSession
) -> None:
    view(without_kafka, ada, bob)
    lost = {"pendingEvents": {"$elemMatch": {"userId": ada.user.userId, "eventType": "PROFILE_VIEW"}}}
    assert sum(collection.count_documents(lost) for collection in wiring.mongo.event_carriers) == 0
