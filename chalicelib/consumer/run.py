"""How the parts of the consumer fit together, and the order in which they start and end."""

import logging
import threading
from collections.abc import Sequence

from kafka.errors import KafkaError

from chalicelib.clients.kafka.consumer import GroupMember
from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.pipeline.active_users import ActiveUsers
from chalicelib.consumer.pipeline.dead_letters import DeadLetters
from chalicelib.consumer.pipeline.dispatcher import Dispatcher
from chalicelib.consumer.pipeline.effect_runner import EffectRunner
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.consumer.pipeline.loop import Loop
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.leadership import Leadership
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.consumer.tasks.relay import Relay
from chalicelib.consumer.tasks.runner import Task, TaskRunner
from chalicelib.consumer.telemetry import metrics
from chalicelib.consumer.telemetry.health import HealthServer
from chalicelib.consumer.telemetry.state import ConsumerState
from chalicelib.events.topics import EVENT_TOPICS, GROUP
from chalicelib.wiring import Wiring

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


def run(wiring: Wiring, effects: Sequence[RoutedEffect], stop: threading.Event) -> None:
    """Consume until `stop` is set: finish the batch in hand, commit, leave the group.

    Raises SystemicFailureError where nothing works, and OSError where the health port is taken.
    """
    state = ConsumerState()
    health = HealthServer(*wiring.settings.health_address, state)
    keepers = [
        TaskRunner(Leadership(wiring.mongo, name, wiring.clock), tasks, stop)
        for name, tasks in (("deleting", deleting(wiring)), ("healing", healing(wiring)), ("outside", outside(wiring)))
    ]
    health.start()
    for keeper in keepers:
        keeper.start()
    try:
        member = _join(wiring, state, stop)
        if member is not None:
            dispatcher = Dispatcher(
                EffectRunner(effects, stop),
                Ledger(wiring.mongo, ActiveUsers(wiring.mongo, wiring.clock), wiring.clock),
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
    kept = KeptDeletions(wiring.mongo, wiring.redis, _keeper(wiring), wiring.clock)
    return [Task("apply_deletions", 0.5, kept.apply)]


def healing(wiring: Wiring) -> list[Task]:
    """What one consumer does besides consuming, and how often, in seconds."""
    relay = Relay(wiring.mongo, wiring.publisher, wiring.clock)
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
    if wiring.email_sender is not None:
        found.append(Task("send_emails", 1.0, wiring.email_sender.send_due))
    return found


def _keeper(wiring: Wiring) -> PresenceMaintenance:
    return PresenceMaintenance(
        mongo=wiring.mongo,
        redis=wiring.redis,
        presence=wiring.presence_store,
        publisher=wiring.publisher,
        clock=wiring.clock,
    )


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
