"""Effects in the test's own process: their outcome, that a repeat changes nothing, and the cost of a batch."""

from collections.abc import Iterator, Sequence

import msgspec
import pytest
from bson import ObjectId
from bson.errors import InvalidId

from chalicelib import settings
from chalicelib.consumer.effects.changed_profiles import ChangedProfiles
from chalicelib.consumer.effects.derived_events import DerivedEvents
from chalicelib.consumer.effects.notifications import NotifyReceivers
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.errors import DependencyDown
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.publisher import Publisher
from chalicelib.models.pairs import pair_id
from chalicelib.services.accounts import NewSession
from chalicelib.stores.presence import OnlineSocket
from chalicelib.wiring import Wiring
from tests.support.events import message_sent
from tests.support.mongodb_commands import SentCommands
from tests.support.users import unknown_user_id
from tests.support.wirings import MakeWiring


class CollectingPublisher(Publisher):
    """Keeps the events that would be published."""

    def __init__(self) -> None:
        self.events: list[Envelope] = []

    def publish_all(self, events: Sequence[Envelope]) -> None:
        self.events += events


# Notifications


def test_a_repeated_notification_stays_read(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    effect = notify_receivers(wiring)
    event = new_event("CONNECTION_REQUEST_NOTIFICATION", bob.user.userId, wiring.clock, fromUserId=ada.user.userId)
    effect.apply([event, event])
    collection = wiring.mongo.notifications
    collection.update_one({"_id": event.eventId}, {"$set": {"readAt": wiring.clock()}})
    effect.apply([event])
    [kept] = collection.find({"userId": bob.user.userId})
    assert kept["text"] == "Ada Lovelace wants to connect."
    assert kept["readAt"] is not None


def test_a_notification_from_an_unknown_user_is_stored(wiring: Wiring, bob: NewSession) -> None:
    effect = notify_receivers(wiring)
    effect.apply([message_notification(wiring, unknown_user_id(), bob, 1)])
    [kept] = wiring.mongo.notifications.find({"userId": bob.user.userId})
    assert kept["text"] == "Somebody has written to you."


def message_notification(wiring: Wiring, from_user_id: str, to: NewSession, seq: int) -> Envelope:
    return new_event(
        "MESSAGE_NOTIFICATION",
        to.user.userId,
        wiring.clock,
        fromUserId=from_user_id,
        messageId="0" * 24,
        conversationId=pair_id(from_user_id, to.user.userId),
        seq=seq,
    )


def test_the_messages_of_one_sender_are_one_notification_until_it_is_read(wiring: Wiring, bob: NewSession) -> None:
    effect, collection = notify_receivers(wiring), wiring.mongo.notifications
    ada, carol = unknown_user_id(), unknown_user_id()
    events = [message_notification(wiring, ada, bob, seq) for seq in range(1, 301)]
    read: set[str] = set()

    def unread() -> list[tuple[str, object]]:
        found = list(collection.find({"userId": bob.user.userId, "readAt": None}))
        assert {notification["_id"] for notification in found}.isdisjoint(read)
        return sorted((notification["fromUserId"], notification.get("seq")) for notification in found)

    effect.apply(events[:100])
    effect.apply([*events[100:200], message_notification(wiring, carol, bob, 1)])
    assert unread() == sorted([(ada, 200), (carol, 1)])
    first = events[0].eventId
    wiring.notification_store.mark_read(bob.user.userId, [first])
    read.add(first)
    effect.apply(events[:200])  # once more, as after a crash
    assert unread() == [(carol, 1)]
    effect.apply(events[150:])
    assert unread() == sorted([(ada, 300), (carol, 1)])
    effect.apply(events)
    assert unread() == sorted([(ada, 300), (carol, 1)])
    assert collection.count_documents({"userId": bob.user.userId}) == 3


def test_a_notification_of_an_earlier_release_stays_read_and_takes_later_messages_while_it_is_unread(
    wiring: Wiring, bob: NewSession
) -> None:
    effect, collection, ada = notify_receivers(wiring), wiring.mongo.notifications, unknown_user_id()
    events = [message_notification(wiring, ada, bob, seq) for seq in (1, 2, 3)]
    effect.apply(events[:1])
    collection.update_one({"_id": events[0].eventId}, {"$unset": {"seq": ""}, "$set": {"readAt": wiring.clock()}})
    effect.apply(events[:1])
    assert [bool(one["readAt"]) for one in collection.find({"userId": bob.user.userId})] == [True]
    effect.apply(events[1:2])
    collection.update_one({"_id": events[1].eventId}, {"$unset": {"seq": ""}})
    effect.apply(events[2:])
    [unread] = collection.find({"userId": bob.user.userId, "readAt": None})
    assert (unread["_id"], unread.get("seq")) == (events[1].eventId, 3)


# Derived events


def test_repeated_events_derive_events_with_the_same_ids(wiring: Wiring) -> None:
    collector = CollectingPublisher()
    effect = DerivedEvents(
        redis=wiring.redis,
        presence=wiring.presence_store,
        requests=wiring.message_request_store,
        publisher=collector,
    )
    ada, bob, carol = unknown_user_id(), unknown_user_id(), unknown_user_id()
    until = wiring.presence_store.online_until(wiring.clock().replace(year=2100))
    wiring.presence_store.renew(OnlineSocket(carol, "a-socket", until))
    events = [
        new_event("CONNECTION_REQUEST", ada, wiring.clock, toUserId=bob),
        new_event("CONNECTION_ACCEPTED", bob, wiring.clock, toUserId=ada),
        new_event("CONNECTION_REJECTED", bob, wiring.clock, toUserId=ada),
        message_sent(wiring, ada, bob),
        message_sent(wiring, ada, carol),
    ]
    effect.apply(events)
    derived = {(event.eventType, event.userId, event.data.get("fromUserId")) for event in collector.events}
    assert derived == {
        ("CONNECTION_REQUEST_NOTIFICATION", bob, ada),
        ("CONNECTION_ACCEPTED_NOTIFICATION", ada, bob),
        ("MESSAGE_ANALYTICS", ada, None),
        ("MESSAGE_NOTIFICATION", bob, ada),  # Carol is online
    }
    ids = [event.eventId for event in collector.events]
    assert len(ids) == len(set(ids)) == 5
    effect.apply(events)
    assert [event.eventId for event in collector.events] == ids * 2


# Poison


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        ("MESSAGE_SENT", {"messageId": "1", "conversationId": "2", "seq": 1, "toUserId": "0" * 24}),
        ("MESSAGE_NOTIFICATION", {"fromUserId": "v" * 1_000_000}),
        ("CONNECTION_REQUEST", {}),
        ("USER_LOGOUT", {"sessionId": 1}),
        ("USER_LOGOUT", {"reason": "logout"}),
        ("USER_LOGOUT", {"reason": "logout_all", "epoch": 0}),
        ("USER_LOGOUT", {"reason": "logout_all", "epoch": "1"}),
        ("USER_LOGOUT", {"sessionId": "0" * 32, "epoch": 1}),
        ("USER_ONLINE", {}),  # its userId, "nobody", is not an ObjectId
    ],
)
def test_event_data_of_a_wrong_shape_raises_a_validation_error(
    wiring: Wiring, event_type: str, data: dict[str, object]
) -> None:
    event = new_event(event_type, "nobody", wiring.clock, **data)
    faults = []
    for effect in all_effects(wiring):
        try:
            effect.apply([event])
        except (msgspec.ValidationError, InvalidId) as fault:
            faults.append(fault)
    assert faults


# Cached copies


def test_a_stale_copy_of_a_changed_profile_is_deleted(wiring: Wiring, ada: NewSession) -> None:
    wiring.profiles.own(ada.credentials)
    wiring.mongo.users.update_one({"_id": ObjectId(ada.user.userId)}, {"$set": {"about": "new"}})
    assert wiring.profiles.own(ada.credentials).about is None
    ChangedProfiles(wiring.user_store).apply(
        [new_event("PROFILE_UPDATED", ada.user.userId, wiring.clock, fields=["about"])]
    )
    assert wiring.profiles.own(ada.credentials).about == "new"


# Presence


def test_the_presence_audience_is_watchers_or_everyone(
    make_wiring: MakeWiring, ada: NewSession, bob: NewSession
) -> None:
    connections_only, everyone = make_wiring(), make_wiring(PRESENCE_AUDIENCE="everyone")
    for socket, person in (("adas", ada), ("bobs", bob)):
        connections_only.socket_store.open(f"{socket}-{person.user.userId}", person.credentials)
    bobs = f"bobs-{bob.user.userId}"
    assert bobs not in connections_only.presence_audience.of([ada.user.userId])
    assert everyone.presence_audience.of([ada.user.userId])[bobs] == {ada.user.userId}
    connections_only.socket_store.watch(bobs, [ada.user.userId])
    assert connections_only.presence_audience.of([ada.user.userId, unknown_user_id()]) == {bobs: {ada.user.userId}}
    connections_only.socket_store.mark_closed(bobs)
    assert connections_only.presence_audience.of([ada.user.userId]) == {}
    assert bobs not in everyone.presence_audience.of([ada.user.userId])
    connections_only.socket_store.mark_closed(f"adas-{ada.user.userId}")


# The cost of a batch


@pytest.fixture
def counted(environment: dict[str, str]) -> Iterator[tuple[Wiring, SentCommands]]:
    commands = SentCommands()
    wiring = Wiring(settings.load(environment), mongo_listeners=[commands])
    yield wiring, commands
    wiring.close()


def test_the_effects_of_500_messages_do_not_read_mongodb(counted: tuple[Wiring, SentCommands]) -> None:
    """The handlers of these messages have done their work, as those of most messages in production have."""
    wiring, commands = counted
    events = [message_sent(wiring, unknown_user_id(), unknown_user_id(), seq=2) for _ in range(500)]
    for effect in all_effects(wiring):
        effect.apply(events)
    assert commands.acknowledged == []


def test_the_effects_of_first_messages_read_once_whether_they_are_requests(
    counted: tuple[Wiring, SentCommands],
) -> None:
    wiring, commands = counted
    events = [message_sent(wiring, unknown_user_id(), unknown_user_id()) for _ in range(500)]
    for effect in all_effects(wiring):
        effect.apply(events)
    assert commands.acknowledged == ["find"]


# Servers that are down


@pytest.mark.parametrize("down", ["without_redis", "without_mongodb", "without_kafka"])
def test_an_effect_raises_the_error_of_a_dependency_that_is_down(down: str, request: pytest.FixtureRequest) -> None:
    wiring: Wiring = request.getfixturevalue(down)
    ada, bob = unknown_user_id(), unknown_user_id()
    events = [
        new_event("USER_SIGNUP", ada, wiring.clock),
        new_event("USER_LOGOUT", ada, wiring.clock, sessionId="0" * 32, reason="logout"),
        new_event("USER_ONLINE", ada, wiring.clock, connectionId="none"),
        new_event("CONNECTION_REQUEST", ada, wiring.clock, toUserId=bob),
        new_event("CONNECTION_REQUEST_NOTIFICATION", bob, wiring.clock, fromUserId=ada),
        message_sent(wiring, ada, bob, seq=2),
    ]
    waiting = set()
    for effect in all_effects(wiring):
        try:
            effect.apply(events)
        except DependencyDown:
            waiting.add(effect.name)
    assert (
        waiting
        == {
            "without_redis": {"LastTimes", "CachedMessages"},
            "without_mongodb": {
                "LastTimes",
                "ConfirmedMessages",
                "EndedSessions",
                "NotifyReceivers",
                "PresenceFanout",
                "AccountEmails",
                "NotificationEmails",
            },
            "without_kafka": {"DerivedEvents"},
        }[down]
    )


def notify_receivers(wiring: Wiring) -> NotifyReceivers:
    return NotifyReceivers(
        redis=wiring.redis,
        cards=wiring.user_cards,
        recipients=wiring.recipients,
        marks=wiring.conversation_marks,
        notifications=wiring.notification_store,
        delivery=wiring.delivery,
        background=wiring.background_delivery,
        web_pushes=None,
        clock=wiring.clock,
    )
