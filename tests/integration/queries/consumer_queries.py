"""Every effect and task of the consumer that asks MongoDB anything, called once."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from chalicelib.consumer.effects.registry import all_effects
from chalicelib.consumer.pipeline.active_users import ActiveUsers
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.leadership import Leadership
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.consumer.tasks.relay import Relay
from chalicelib.errors import KafkaUnavailable
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.outbox import Written
from chalicelib.events.publisher import Publisher
from chalicelib.models.pairs import pair_id
from chalicelib.stores.emails import Email
from chalicelib.stores.presence_audience import PresenceAudience
from tests.integration.queries.crowd import MANY
from tests.integration.queries.every_query import ADAS, Scene


class Collector(Publisher):
    """Takes what would be published."""

    def __init__(self) -> None:
        """It needs no Kafka."""

    def publish_all(self, events: Sequence[Envelope]) -> None:
        """They are as good as published."""


def keeper(scene: Scene) -> PresenceMaintenance:
    one = scene.wiring
    return PresenceMaintenance(
        mongo=one.mongo, redis=one.redis, presence=one.presence_store, publisher=one.publisher, clock=one.clock
    )


def events(scene: Scene) -> list[Envelope]:
    """One of each kind that an effect reads something for."""
    ada, clock = scene.ada.user.userId, scene.wiring.clock
    sent = {"messageId": "0" * 24, "conversationId": pair_id(ada, scene.other), "seq": MANY}
    return [
        new_event("MESSAGE_SENT", ada, clock, toUserId=scene.other, **sent),
        new_event("USER_LOGOUT", ada, clock, sessionId=scene.bob.credentials.session_id, reason="logout"),
        new_event("USER_LOGOUT", ada, clock, reason="logout_all", epoch=1),
        new_event("USER_ONLINE", ada, clock, connectionId=ADAS),
        new_event("USER_OFFLINE", ada, clock, connectionId=ADAS),
        new_event("MESSAGE_NOTIFICATION", ada, clock, fromUserId=scene.other),
        new_event("USER_SIGNUP", ada, clock, emailId="ada@example.org", firstName="Ada"),
    ]


def presence_audience(scene: Scene) -> None:
    store, clock, ada = scene.wiring.mongo, scene.wiring.clock, scene.ada.user.userId
    for everyone in (False, True):
        audience = PresenceAudience(store, clock, everyone=everyone)
        audience.of([ada])
        audience.sockets_of(scene.other, ada)


def effects(scene: Scene) -> None:
    """The copy of the conversation is older than the message, as where its sender died."""
    copy = scene.wiring.recent_messages.key(pair_id(scene.ada.user.userId, scene.other))
    scene.wiring.redis.write(("DEL", copy), ("ZADD", copy, 1, "{}"))
    for effect in all_effects(scene.wiring):
        with suppress(KafkaUnavailable):
            effect.apply(events(scene))
    scene.wiring.background_delivery.flush()


def outbox(scene: Scene) -> None:
    sender = scene.wiring.email_sender
    assert sender is not None
    scene.wiring.email_store.add([Email("mail-of-ada", "ada@example.org", "", "")])
    sender.send_due()


def relay(scene: Scene) -> None:
    relaying = Relay(scene.wiring.mongo, Collector(), scene.wiring.clock)
    assert relaying.oldest() is not None
    assert relaying.run() > 0
    event = new_event("PROFILE_UPDATED", scene.other, scene.wiring.clock, fields=[])
    Written(event, scene.wiring.mongo.sessions, scene.bob.credentials.session_id).confirm(scene.wiring.mongo)


def ledger(scene: Scene) -> None:
    wiring = scene.wiring
    keeping = Ledger(wiring.mongo, ActiveUsers(wiring.mongo, wiring.clock), wiring.clock)
    assert keeping.known(["event-1", "none"]) == {"event-1"}
    assert keeping.record(events(scene))


def lease(scene: Scene) -> None:
    one = Leadership(scene.wiring.mongo, "a lease", scene.wiring.clock)
    assert one.hold()
    one.release()


def end_marked(scene: Scene) -> None:
    """The gateway knows none of them, and is not there for the last."""
    scene.wiring.ended_sockets.end_marked()
    scene.without_redis.ended_sockets.end_marked()


OF_THE_CONSUMER: Sequence[Callable[[Scene], object]] = (
    presence_audience,
    effects,
    end_marked,
    outbox,
    ledger,
    lease,
    relay,
    lambda scene: keeper(scene).online(),
    lambda scene: keeper(scene).rebuild_after_flush(),
    lambda scene: keeper(scene).sweep(),
    lambda scene: KeptDeletions(scene.wiring.mongo, scene.wiring.redis, keeper(scene), scene.wiring.clock).apply(),
)
