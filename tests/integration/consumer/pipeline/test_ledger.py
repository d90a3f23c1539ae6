"""The ledger's transaction, where another one stands in its way."""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from chalicelib.clock import utc_now
from chalicelib.consumer.pipeline import ledger
from chalicelib.consumer.pipeline.active_users import ActiveUsers
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.errors import Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.wiring import Wiring
from tests.support.wirings import MakeWiring


@pytest.fixture
def day(wiring: Wiring) -> Iterator[str]:
    chosen = (date(1000, 1, 1) + timedelta(days=secrets.randbelow(300_000))).isoformat()
    yield chosen
    wiring.mongo.analytics_daily.delete_one({"_id": chosen})


def test_a_transaction_that_keeps_conflicting_is_given_up_so_that_the_consumer_polls(
    wiring: Wiring, make_wiring: MakeWiring, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pymongo by itself would go on for two minutes, in which the consumer would not poll."""
    monkeypatch.setattr(ledger, "TRANSACTION_SECONDS", 0.5)
    event = msgspec.structs.replace(
        new_event("PROFILE_VIEW", secrets.token_hex(12), utc_now), timestamp=f"{day}T12:00:00.000Z"
    )
    with wiring.mongo.client.start_session() as session, session.start_transaction():
        wiring.mongo.analytics_daily.update_one({"_id": day}, {"$inc": {"any": 1}}, upsert=True, session=session)
        with pytest.raises(Unavailable):
            ledger_of(make_wiring()).record([event])
    assert ledger_of(wiring).known([event.eventId]) == set()
    assert ledger_of(wiring).record([event])
    assert ledger_of(wiring).known([event.eventId]) == {event.eventId}


def ledger_of(wiring: Wiring) -> Ledger:
    return Ledger(wiring.mongo, ActiveUsers(wiring.mongo, wiring.clock), wiring.clock)
