"""How the parts of the consumer fit together, and the order in which they start and end."""

import logging
import threading
from collections.abc import Sequence

from kafka.errors import KafkaError

from chalicelib.clients.kafka_consumer import GroupMember
from chalicelib.consumer import metrics
from chalicelib.consumer.active_users import ActiveUsers
from chalicelib.consumer.applying import Applying
from chalicelib.consumer.dead_letters import DeadLetters
from chalicelib.consumer.dispatch import Dispatcher
from chalicelib.consumer.effect import Effect
from chalicelib.consumer.health import HealthServer
from chalicelib.consumer.housekeeping import Housekeeping, Task
from chalicelib.consumer.kept_deletions import KeptDeletions
from chalicelib.consumer.lease import Lease
from chalicelib.consumer.ledger import Ledger
from chalicelib.consumer.loop import Loop
from chalicelib.consumer.presence_keeper import PresenceKeeper
from chalicelib.consumer.state import ConsumerState
from chalicelib.events.relay import Relay
from chalicelib.events.topics import EVENT_TOPICS, GROUP
from chalicelib.wiring import Wiring

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


def run(wiring: Wiring, effects: Sequence[Effect], stop: threading.Event) -> None:
    """Consume until `stop` is set: finish the batch in hand, commit, leave the group.

    Raises SystemicFailureError where nothing works, and OSError where the health port is taken.
    """
    state = ConsumerState()
    health = HealthServer(*wiring.settings.health_address, state)
    keepers = [
        Housekeeping(Lease(wiring.store, name, wiring.clock), tasks, stop)
        for name, tasks in (("deleting", deleting(wiring)), ("healing", healing(wiring)), ("outside", outside(wiring)))
    ]
    health.start()
    for keeper in keepers:
        keeper.start()
    try:
        member = _join(wiring, state, stop)
        if member is not None:
            dispatcher = Dispatcher(
                Applying(effects, stop),
                Ledger(wiring.store, ActiveUsers(wiring.store, wiring.clock), wiring.clock),
                DeadLetters(wiring.producer, wiring.clock),
            )
            Loop(member, dispatcher, state, stop).run()
    finally:
        stop.set()
        for keeper in keepers:
            keeper.join()
        health.close()


def deleting(wiring: Wiring) -> list[Task]:
    """What must be done within 2 s, and so waits for nothing else: Redis and Kafka often return together."""
    kept = KeptDeletions(wiring.store, wiring.redis, _keeper(wiring), wiring.clock)
    return [Task("apply_deletions", 0.5, kept.apply)]


def healing(wiring: Wiring) -> list[Task]:
    """What one consumer does besides consuming, and how often, in seconds."""
    relay = Relay(wiring.store, wiring.publisher, wiring.clock)
    keeper = _keeper(wiring)

    def pending_seconds() -> float:
        oldest = relay.oldest()
        return (wiring.clock() - oldest).total_seconds() if oldest else 0.0

    def relay_events() -> None:
        metrics.OLDEST_PENDING.set(pending_seconds())
        metrics.RELAYED.inc(relay.run())

    def report() -> None:
        # CloudWatch makes the metric of its alarm from this line: infra/cloudformation/app/alarms_consumer.yml.
        seconds = pending_seconds()
        log.info(
            "The oldest pending event is %.0f s old.",
            seconds,
            extra={"action": "pending_measured", "oldestPendingSeconds": seconds},
        )

    def measure() -> None:
        metrics.OPEN_SOCKETS.set(keeper.online())
        metrics.REDIS_MEMORY.set(wiring.redis.used_memory())

    return [
        Task("rebuild_presence", 1.0, keeper.rebuild_after_flush),
        Task("relay", 1.0, relay_events),
        Task("sweep", 5.0, keeper.sweep),
        Task("measure", 15.0, measure),
        Task("report", 60.0, report),
    ]


def outside(wiring: Wiring) -> list[Task]:
    """The same, with services that can take seconds to answer: they must not hold up the healing, or its lease."""
    found = [Task("close_ended_sessions", 2.0, wiring.ended_sockets.end_marked)]
    if wiring.email_outbox is not None:
        found.append(Task("send_emails", 1.0, wiring.email_outbox.send_due))
    return found


def _keeper(wiring: Wiring) -> PresenceKeeper:
    return PresenceKeeper(wiring.store, wiring.redis, wiring.presence, wiring.publisher, wiring.clock)


def _join(wiring: Wiring, state: ConsumerState, stop: threading.Event) -> GroupMember | None:
    """Join the group, as soon as there is a broker; None where the stop came first."""

    def on_assigned(partitions: int) -> None:
        state.partitions = partitions
        log.info("The consumer is ready: it reads %d partitions.", partitions, extra={"action": "consumer_ready"})

    while not stop.is_set():
        try:
            return GroupMember(GROUP, EVENT_TOPICS, wiring.settings.kafka, on_assigned)
        except KafkaError as error:
            log.warning("Kafka cannot be reached: %r", error, extra={"action": "kafka_down"})
            stop.wait(RETRY_SECONDS)
    return None
