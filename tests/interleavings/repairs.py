"""The consumer's repairs, as it does them by itself: its tasks, and the effects of the events that Kafka has."""

import threading
from datetime import timedelta

from chalicelib.caching.invalidation import REQUEST_IS_OVER
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.consumer.pipeline.active_users import ActiveUsers
from chalicelib.consumer.pipeline.dead_letters import DeadLetters
from chalicelib.consumer.pipeline.dispatcher import Dispatcher
from chalicelib.consumer.pipeline.effect_runner import EffectRunner
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.consumer.pipeline.records import Incoming, read
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.relay import GRACE, Relay
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.wiring import Wiring
from tests.interleavings.world import World

LATER = max(GRACE, REQUEST_IS_OVER) + timedelta(seconds=1)
"""After this time, what a request has left undone is due to be repaired."""


def dispatcher(wiring: Wiring) -> Dispatcher:
    """The pipeline of one consumer, which remembers nothing yet."""
    return Dispatcher(
        EffectRunner(all_effects(wiring), threading.Event()),
        Ledger(wiring.mongo, ActiveUsers(wiring.mongo, wiring.clock), wiring.clock),
        DeadLetters(wiring.producer, wiring.clock),
        wiring.clock,
    )


def repair(world: World, *, has_lost_presence: bool) -> None:
    """Do what the consumer does once the requests are over: its tasks, and the effects of the events in Kafka.

    What follows from these events repairs nothing, and the ledger neither: see the scenarios of two consumers.
    """
    wiring = world.observer
    world.clock.now += LATER
    presence, mongo, written = presence_maintenance(wiring), wiring.mongo, world.writes.collections
    # A task is left out where it would look for what this execution has not written.
    if mongo.invalidations.name in written:
        KeptDeletions(mongo, wiring.redis, presence, wiring.clock).apply()
    if has_lost_presence:
        presence.rebuild_after_flush()
    if mongo.sockets.name in written:
        presence.sweep()
    if world.pending_events():
        Relay(wiring.mongo, wiring.publisher, wiring.clock).run()
    now = world.clock.now
    incoming = [
        entry
        for record in list(world.records)
        if isinstance(entry := read(record, now), Incoming) and entry.event.eventId not in world.consumed
    ]
    poison = EffectRunner(all_effects(wiring), threading.Event()).apply(incoming)
    assert not poison, f"effects failed: {poison}"
    if mongo.sockets.name in written:
        wiring.ended_sockets.end_marked()
