"""Active users are counted exactly, despite concurrent consumers, repeated events and failed transactions."""

import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import msgspec
import pytest
from bson import ObjectId
from pymongo.errors import OperationFailure

from chalicelib import settings
from chalicelib.clock import utc_now
from chalicelib.consumer.pipeline.active_users import ActiveUsers
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.wiring import Wiring
from tests.support.mongodb_commands import SentCommands
from tests.support.wirings import MakeWiring


@pytest.fixture
def day(wiring: Wiring) -> Iterator[str]:
    """A day without events. It and the next day are deleted afterwards, since Kafka has no events of them."""
    chosen = date(1000, 1, 1) + timedelta(days=secrets.randbelow(300_000))
    yield chosen.isoformat()
    for used in (chosen, chosen + timedelta(days=1)):
        wiring.mongo.analytics_daily.delete_one({"_id": used.isoformat()})


def ledger(wiring: Wiring, max_remembered: int = 1_000) -> Ledger:
    """The ledger of a consumer that has just started."""
    return Ledger(wiring.mongo, ActiveUsers(wiring.mongo, wiring.clock, max_remembered), wiring.clock)


def events_of(day: str, user_ids: Sequence[str], event_type: str = "PROFILE_VIEW") -> list[Envelope]:
    return [
        msgspec.structs.replace(new_event(event_type, user_id, utc_now), timestamp=f"{day}T12:00:00.000Z")
        for user_id in user_ids
    ]


def users(number: int) -> list[str]:
    return [str(ObjectId()) for _ in range(number)]


def counted(wiring: Wiring, day: str) -> tuple[int, int]:
    """(Active users, events of all types) of a day."""
    document = wiring.mongo.analytics_daily.find_one({"_id": day})
    return (document.get("activeUsers", 0), sum(document["counts"].values())) if document else (0, 0)


def test_a_user_counts_once_a_day_whatever_they_do(wiring: Wiring, day: str) -> None:
    ada, bob = users(2)
    next_day = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    consumer = ledger(wiring)
    consumer.record(
        [*events_of(day, [ada, ada, bob]), *events_of(day, [ada], "MESSAGE_SENT"), *events_of(next_day, [ada])]
    )
    consumer.record(events_of(day, [ada, bob], "USER_LOGIN"))
    ledger(wiring).record(events_of(day, [ada]))
    assert counted(wiring, day) == (2, 7)
    assert counted(wiring, next_day) == (1, 1)


def test_only_events_that_users_cause_count_as_activity(wiring: Wiring, day: str) -> None:
    for event_type in EVENT_TYPES:
        ledger(wiring).record(events_of(day, [f"{event_type}-{day}"], event_type))
    active = wiring.mongo.active_users.find({"_id": {"$regex": f"^{day}:"}})
    assert {document["_id"].split(":")[1].removesuffix(f"-{day}") for document in active} == {
        "USER_SIGNUP",
        "USER_LOGIN",
        "USER_ONLINE",
        "PROFILE_UPDATED",
        "VISIBILITY_CHANGED",
        "EMAIL_CHANGED",
        "MESSAGE_SENT",
        "MESSAGE_EDITED",
        "MESSAGE_DELETED",
        "MESSAGE_REACTED",
        "MESSAGE_READ",
        "CONNECTION_REQUEST",
        "CONNECTION_ACCEPTED",
        "CONNECTION_REJECTED",
        "REPORT_MADE",
        "PROFILE_VIEW",
    }
    assert counted(wiring, day) == (16, len(EVENT_TYPES))


def test_repeated_events_are_not_counted_again(wiring: Wiring, day: str) -> None:
    events = events_of(day, users(20))
    assert ledger(wiring).record(events)
    assert not ledger(wiring).record(events)
    assert not ledger(wiring).record([*events[:1], *events_of(day, users(1))])
    assert counted(wiring, day) == (20, 20)


def test_two_concurrent_consumers_count_the_same_users_once(make_wiring: MakeWiring, wiring: Wiring, day: str) -> None:
    batches = [users(20) for _ in range(15)]
    both = Barrier(2)

    def consume(consumer: Ledger) -> None:
        for people in batches:
            events = events_of(day, people)
            both.wait(timeout=10)
            while not consumer.record(events):  # the dispatcher does the same
                assert consumer.known({event.eventId for event in events}) == set()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(consume, (ledger(make_wiring()), ledger(make_wiring()))))
    assert counted(wiring, day) == (15 * 20, 2 * 15 * 20)


def test_users_of_a_failed_transaction_are_counted_later(
    wiring: Wiring, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FailingCollection:
        def bulk_write(self, *_arguments: object, **_options: object) -> None:
            raise OperationFailure("no space")

    consumer, events = ledger(wiring), events_of(day, users(5))
    with monkeypatch.context() as patch:
        patch.setattr(wiring.mongo, "analytics_daily", FailingCollection())
        with pytest.raises(OperationFailure):
            consumer.record(events)
    assert counted(wiring, day) == (0, 0)
    assert consumer.record(events)
    assert counted(wiring, day) == (5, 5)


@pytest.fixture
def observed(environment: dict[str, str]) -> Iterator[tuple[Wiring, SentCommands]]:
    commands = SentCommands()
    wiring = Wiring(settings.load(environment), mongo_listeners=[commands])
    yield wiring, commands
    wiring.close()


def test_remembered_users_are_not_looked_up_again(observed: tuple[Wiring, SentCommands], day: str) -> None:
    wiring, commands = observed
    people = users(50)
    consumer = ledger(wiring, max_remembered=60)

    def commands_for(user_ids: list[str]) -> list[str]:
        events = events_of(day, user_ids)
        commands.acknowledged.clear()
        consumer.record(events)
        return list(commands.acknowledged)

    all_new = ["insert", "find", "insert", "update", "commitTransaction"]
    assert commands_for(people) == all_new
    assert commands_for(people) == ["insert", "update", "commitTransaction"]
    assert commands_for(users(20)) == all_new  # more users than the ledger remembers
    assert commands_for(people) == ["insert", "find", "update", "commitTransaction"]
    assert counted(wiring, day) == (70, 170)


def test_active_user_documents_expire_after_forty_days(wiring: Wiring, day: str) -> None:
    [ada] = users(1)
    ledger(wiring).record(events_of(day, [ada]))
    document = wiring.mongo.active_users.find_one({"_id": f"{day}:{ada}"})
    assert document is not None
    assert timedelta(days=39) < document["expiresAt"] - wiring.clock() <= timedelta(days=40)
    indexes = wiring.mongo.active_users.index_information()
    assert indexes["expiresAt_1"]["expireAfterSeconds"] == 0
