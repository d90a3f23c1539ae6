"""The relay beside the function that publishes, and two consumers that are given the same event."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from chalicelib.consumer.tasks.relay import Relay
from chalicelib.events.envelope import Envelope, encode, new_event
from chalicelib.models.requests import ProfileChange
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People
from tests.interleavings.repairs import dispatcher
from tests.interleavings.scenarios.conversations import conversation_problems, send
from tests.interleavings.scenarios.judging import broken, lost_events
from tests.interleavings.world import World
from tests.support.kafka_records import KafkaRecord


def relay_and_publisher(world: World, people: People, *, relays: int) -> Play:
    """The relay's grace is over at once, as where a function is very slow: it publishes what the function does."""
    ada, bob = people.make(2)
    draft = Draft("text")

    def relay(wiring: Wiring) -> Callable[[], object]:
        return Relay(wiring.mongo, wiring.publisher, wiring.clock, grace=timedelta(0)).run

    operations = {"send": send(world.wirings[0], ada, bob, draft)}
    operations |= {f"relay {number}": relay(world.wirings[number]) for number in range(1, relays + 1)}
    return Play(
        operations,
        lambda outcome: conversation_problems(world, outcome, (ada, bob), {"send": draft}),
        {ada.user_id: "ada", bob.user_id: "bob"},
    )


def relay_and_two_edits(world: World, people: People) -> Play:
    """Two edits of a profile, of which the second one's event takes the place of the first one's, and the relay."""
    [ada] = people.make(1)
    relay = Relay(world.wirings[2].mongo, world.wirings[2].publisher, world.clock, grace=timedelta(0))

    def problems(outcome: Outcome) -> Iterator[str]:
        document = world.observer.mongo.database["users"].find_one({"emailId": ada.email_id})
        assert document is not None
        seen, stored = world.observer.profiles.own(ada.credentials).about, document["about"]
        was_told = any(event["eventType"] == "PROFILE_UPDATED" for event in world.events())
        yield from broken(
            {
                f"a read sees {seen!r}, and MongoDB has {stored!r}": outcome.is_repaired and seen != stored,
                "no PROFILE_UPDATED is in Kafka": outcome.is_repaired and stored is not None and not was_told,
            }
        )
        yield from lost_events(world, outcome.is_repaired, {})

    edits = {
        f"edit {number}": lambda wiring=wiring, number=number: wiring.profiles.change(
            ada.credentials, ProfileChange(about=f"edit {number}")
        )
        for number, wiring in enumerate(world.wirings[:2], 1)
    }
    return Play({**edits, "relay": relay.run}, problems, {ada.user_id: "ada"})


def consumers(world: World, people: People, *, number: int, event_type: str) -> Play:
    """Each consumer is given the same record, as after a rebalance, and remembers nothing."""
    ada, bob = people.make(2)
    wiring = world.observer
    event = _event(wiring, event_type, ada.user_id, bob.user_id)
    day, wanted = event.timestamp[:10], event.eventType
    records = [KafkaRecord(0, encode(event), topic="any", key=ada.user_id.encode())]
    counted_before = _counts(world, day)

    def problems(outcome: Outcome) -> Iterator[str]:
        mongo, counts = world.observer.mongo, _counts(world, day)
        entries = mongo.processed_events.count_documents({"_id": event.eventId})
        counted = counts.get(wanted, 0) - counted_before.get(wanted, 0)
        active = counts.get("active", 0) - counted_before.get("active", 0)
        notified = mongo.notifications.count_documents({"userId": {"$in": [ada.user_id, bob.user_id]}})
        yield from broken(
            {
                "a consumer is done, and the ledger does not know the event": (
                    any(outcome.has_returned(name) for name in names) and entries != 1
                ),
                f"the event is counted {counted} times, and the ledger has it {entries} times": counted != entries,
                f"{active} more users are active": (
                    active != mongo.active_users.count_documents({"_id": f"{day}:{ada.user_id}"})
                ),
                f"a user was notified {notified} times": notified > 1,
            }
        )

    names = [f"consumer {each}" for each in range(1, number + 1)]
    operations: dict[str, Callable[[], object]] = {
        name: partial(dispatcher(own), records) for name, own in zip(names, world.wirings, strict=False)
    }
    return Play(operations, problems, {ada.user_id: "ada", bob.user_id: "bob"})


def _event(wiring: Wiring, event_type: str, user_id: str, other_id: str) -> Envelope:
    data: dict[str, dict[str, object]] = {
        "USER_LOGOUT": {"reason": "logout_all", "epoch": 1},
        "USER_LOGIN": {},
        "CONNECTION_REQUEST": {"toUserId": other_id},
        "CONNECTION_REQUEST_NOTIFICATION": {"fromUserId": other_id},
    }
    return new_event(event_type, user_id, wiring.clock, **data[event_type])


def _counts(world: World, day: str) -> dict[str, int]:
    document = world.observer.mongo.analytics_daily.find_one({"_id": day})
    return {} if document is None else {**document["counts"], "active": document.get("activeUsers", 0)}


SCENARIOS = (
    Scenario("relay and publisher", lambda world, people: relay_and_publisher(world, people, relays=1)),
    Scenario("two relays and a publisher", lambda world, people: relay_and_publisher(world, people, relays=2), False),
    Scenario("relay and two edits", relay_and_two_edits, False),
    Scenario(
        "two consumers, one logout",
        lambda world, people: consumers(world, people, number=2, event_type="USER_LOGOUT"),
        is_small=False,
    ),
    Scenario(
        "two consumers, one login",
        lambda world, people: consumers(world, people, number=2, event_type="USER_LOGIN"),
        is_small=False,
    ),
    Scenario(
        "two consumers, one request",
        lambda world, people: consumers(world, people, number=2, event_type="CONNECTION_REQUEST"),
        False,
    ),
    Scenario(
        "two consumers, one notification",
        lambda world, people: consumers(world, people, number=2, event_type="CONNECTION_REQUEST_NOTIFICATION"),
    ),
)
