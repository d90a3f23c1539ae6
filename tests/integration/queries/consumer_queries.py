"""Every effect and task of the consumer that queries MongoDB, each called once."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bson import ObjectId

from chalicelib.consumer.effects.registry import all_effects
from chalicelib.consumer.pipeline.active_users import ActiveUsers
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.consumer.tasks.erasure import SETTLED, Erasure
from chalicelib.consumer.tasks.exporting import Exporting
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.leadership import Leadership
from chalicelib.consumer.tasks.relay import Relay
from chalicelib.consumer.tasks.retention import Retention
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.errors import KafkaUnavailable
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.outbox import Written, confirm
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import EmailKind, MessageDocument
from chalicelib.models.pairs import pair_id
from chalicelib.stores.emails import Email
from chalicelib.stores.missed_messages import UNREAD_FOR
from chalicelib.stores.presence_audience import PresenceAudience
from tests.integration.queries.crowd import MANY
from tests.integration.queries.request_queries import ADAS_SOCKET, Scene


class DiscardingPublisher(Publisher):
    """Accepts events, and publishes none."""

    def __init__(self) -> None:
        """It needs no Kafka."""

    def publish_all(self, events: Sequence[Envelope]) -> None:
        """Discards the events."""


def events(scene: Scene) -> list[Envelope]:
    """One event of each kind for which an effect reads something."""
    ada, clock = scene.ada.user.userId, scene.wiring.clock
    sent = {"messageId": "0" * 24, "conversationId": pair_id(ada, scene.other), "seq": MANY}
    return [
        new_event("MESSAGE_SENT", ada, clock, toUserId=scene.other, **sent),
        new_event("MESSAGE_SENT", ada, clock, toUserId=scene.other, **sent | {"seq": 1}),
        new_event("CONNECTION_ACCEPTED", ada, clock, toUserId=scene.other),
        new_event("MESSAGE_EDITED", ada, clock, change=1, **sent),
        new_event("USER_LOGOUT", ada, clock, sessionId=scene.bob.credentials.session_id, reason="logout"),
        new_event("USER_LOGOUT", ada, clock, reason="logout_all", epoch=1),
        new_event("USER_ONLINE", ada, clock, connectionId=ADAS_SOCKET),
        new_event("USER_OFFLINE", ada, clock, connectionId=ADAS_SOCKET),
        new_event("VISIBILITY_CHANGED", ada, clock, fields=["presenceFor"]),
        new_event("CONNECTION_REQUEST_NOTIFICATION", ada, clock, fromUserId=scene.other),
        new_event("CONNECTION_ACCEPTED_NOTIFICATION", ada, clock, fromUserId=scene.other),
        new_event("MESSAGE_NOTIFICATION", ada, clock, fromUserId=scene.other, **sent),
        new_event("USER_SIGNUP", ada, clock),
    ]


def presence_audience(scene: Scene) -> None:
    store, clock, ada = scene.wiring.mongo, scene.wiring.clock, scene.ada.user.userId
    for everyone in (False, True):
        audience = PresenceAudience(store, clock, everyone=everyone)
        audience.of([ada])
        audience.sockets_of(scene.other, ada)


def effects(scene: Scene) -> None:
    """The cached conversation is older than the message, as if the handler of the message had died."""
    copy = scene.wiring.recent_messages.key(pair_id(scene.ada.user.userId, scene.other))
    scene.wiring.redis.write(("DEL", copy), ("ZADD", copy, 1, "{}"))
    for effect in all_effects(scene.wiring):
        with suppress(KafkaUnavailable):
            effect.apply(events(scene))
    scene.wiring.background_delivery.flush()


def outbox(scene: Scene) -> None:
    sender = scene.wiring.email_sender
    assert sender is not None
    ada = scene.ada.user
    kinds: Sequence[EmailKind] = ("verify", "change", "reset", "taken")
    scene.wiring.email_store.add(
        [Email(f"{kind}-of-ada", ada.emailId, kind, user_id=ada.userId, epoch=0) for kind in kinds]
    )
    sender.send_due()
    request = Email("request", scene.bob.user.emailId, "request", user_id=scene.other, from_user_id=ada.userId)
    sender.notification_mails.write(request.document(scene.wiring.clock()))


def missed_messages(scene: Scene) -> None:
    """Of Ada, who has not read what many have written to her."""
    wiring, ada = scene.wiring, scene.ada.user
    wiring.reminders.set([ada.userId])
    past = wiring.clock() - UNREAD_FOR
    wiring.mongo.missed_messages.update_one({"_id": ada.userId}, {"$set": {"dueAt": past}})
    wiring.missed_messages.remind()
    [reminder] = wiring.mongo.missed_messages.find({"_id": ada.userId})
    wiring.reminders.postpone({**reminder, "dueAt": past}, wiring.clock())
    wiring.email_store.postpone("none", past)


def erasure(scene: Scene) -> None:
    """Of the user who has left by request_queries.py, whose account is as old as it must be to be finished."""
    left = scene.wiring.mongo.users.find_one({"erasure": {"$exists": True}})
    assert left is not None
    assert scene.wiring.email_addresses.of_left({str(left["_id"])})
    due = lambda: scene.wiring.clock() + SETTLED  # noqa: E731 - a clock is a function
    wiring = scene.wiring
    Erasure(wiring.mongo, wiring.redis, wiring.export_store, wiring.files, due).run()


def exports(scene: Scene) -> None:
    """Makes the export that Ada has asked for by request_queries.py, and ends it."""
    wiring = scene.wiring
    assert wiring.files is not None
    exporting = Exporting(wiring.export_store, wiring.export_lines, wiring.files, wiring.publisher)
    exporting.run()
    export = wiring.export_store.find(scene.ada.user.userId)
    assert export is not None
    assert "key" in export
    wiring.export_store.delete(export)
    wiring.files.delete(export["key"])


def retention(scene: Scene) -> None:
    """Of a time before all that the crowd has sent, but for one message."""
    mongo = scene.wiring.mongo
    mongo.messages.insert_one(_message_of_2001(scene))
    assert Retention(scene.wiring.message_retention, timedelta(days=9_000), scene.wiring.clock).run() == 1


def _message_of_2001(scene: Scene) -> MessageDocument:
    at = datetime(2001, 1, 1, tzinfo=UTC)
    return MessageDocument(
        _id=ObjectId.from_datetime(at),
        conversationId=pair_id("0" * 24, scene.other),
        seq=1,
        fromUserId="0" * 24,
        toUserId=scene.other,
        ts=at,
        clientMessageId="1",
        text="hi",
        pendingEvents=[],
    )


def relay(scene: Scene) -> None:
    pending = Relay(scene.wiring.mongo, DiscardingPublisher(), scene.wiring.clock)
    assert pending.oldest() is not None
    assert pending.run() > 0
    event = new_event("PROFILE_UPDATED", scene.other, scene.wiring.clock, fields=[])
    confirm(scene.wiring.mongo, [Written(event, scene.wiring.mongo.sessions, scene.bob.credentials.session_id)])


def ledger(scene: Scene) -> None:
    wiring = scene.wiring
    consumer = Ledger(wiring.mongo, ActiveUsers(wiring.mongo, wiring.clock), wiring.clock)
    assert consumer.known(["event-1", "none"]) == {"event-1"}
    assert consumer.record(events(scene))


def lease(scene: Scene) -> None:
    leadership = Leadership(scene.wiring.mongo, "a lease", scene.wiring.clock)
    assert leadership.hold()
    leadership.release()


def kept_deletions(scene: Scene) -> None:
    wiring = scene.wiring
    KeptDeletions(wiring.mongo, wiring.redis, presence_maintenance(wiring), wiring.clock).apply()


def end_marked(scene: Scene) -> None:
    """The gateway knows none of the sockets; for the second wiring it is unreachable."""
    scene.wiring.ended_sockets.end_marked()
    scene.without_redis.ended_sockets.end_marked()


OF_THE_CONSUMER: Sequence[Callable[[Scene], object]] = (
    presence_audience,
    effects,
    end_marked,
    outbox,
    missed_messages,
    erasure,
    exports,
    lambda scene: scene.wiring.case_store.delete_evidence(),
    retention,
    ledger,
    lease,
    relay,
    lambda scene: presence_maintenance(scene.wiring).online(),
    lambda scene: presence_maintenance(scene.wiring).rebuild_after_flush(),
    lambda scene: presence_maintenance(scene.wiring).sweep(),
    lambda scene: KeptDeletions(
        scene.wiring.mongo, scene.wiring.redis, presence_maintenance(scene.wiring), scene.wiring.clock
    ).apply(),
)
