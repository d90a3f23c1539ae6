"""Starts the parts of the consumer, and stops them in the right order."""

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
from chalicelib.consumer.tasks.leadership import Leadership
from chalicelib.consumer.tasks.runner import TaskRunner
from chalicelib.consumer.tasks.schedule import task_groups
from chalicelib.consumer.telemetry.health import HealthServer
from chalicelib.consumer.telemetry.state import ConsumerState
from chalicelib.events.topics import EVENT_TOPICS, GROUP
from chalicelib.wiring import Wiring

log = logging.getLogger(__name__)

JOIN_RETRY_SECONDS = 1.0
"""How long to wait before the next attempt to join the group, while Kafka cannot be reached."""


def run(wiring: Wiring, effects: Sequence[RoutedEffect], stop: threading.Event) -> None:
    """Consume until `stop` is set; then finish the batch in hand, commit, and leave the group.

    Raises SystemicFailureError where nothing works, and SettingsError where HEALTH_ADDRESS is taken.
    """
    state = ConsumerState()
    health = HealthServer(*wiring.settings.health_address, state)
    task_runners = [
        TaskRunner(Leadership(wiring.mongo, group.lease_name, wiring.clock), group.tasks, stop)
        for group in task_groups(wiring)
    ]
    health.start()
    for task_runner in task_runners:
        task_runner.start()
    try:
        member = _join(wiring, state, stop)
        if member is not None:
            dispatcher = Dispatcher(
                EffectRunner(effects, stop),
                Ledger(wiring.mongo, ActiveUsers(wiring.mongo, wiring.clock), wiring.clock),
                DeadLetters(wiring.producer, wiring.clock),
                wiring.clock,
            )
            Loop(member, dispatcher, state, stop).run()
    finally:
        stop.set()
        for task_runner in task_runners:
            task_runner.join()
        health.close()


def _join(wiring: Wiring, state: ConsumerState, stop: threading.Event) -> GroupMember | None:
    """Join the group as soon as Kafka can be reached. Returns None where `stop` is set before that."""

    def on_assigned(partitions: int) -> None:
        state.partitions = partitions
        log.info("The consumer is ready: it reads %d partitions.", partitions, extra={"action": "consumer_ready"})

    while not stop.is_set():
        try:
            return GroupMember(GROUP, EVENT_TOPICS, wiring.settings.kafka, on_assigned)
        except KafkaError as error:
            log.warning("Kafka cannot be reached, or refuses the login: %r", error, extra={"action": "kafka_down"})
            stop.wait(JOIN_RETRY_SECONDS)
    return None
