"""A heartbeat, the sweep that takes its socket offline, its close, and a Redis that loses everything.

An operation `... and its effect` goes on as the consumer, with what its events have caused in Redis.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import msgspec

from chalicelib.clock import milliseconds
from chalicelib.consumer.effects.presence_fanout import PresenceFanout
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.events.envelope import Envelope
from chalicelib.wiring import Wiring
from tests.interleavings.execution import stop
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People
from tests.interleavings.scenarios.judging import broken, lost_events
from tests.interleavings.scenarios.sockets import heartbeat, open_socket
from tests.interleavings.steps import EVERYTHING, Step, changes
from tests.interleavings.touches import REDIS
from tests.interleavings.world import World

FLUSH = Step("Redis FLUSHDB", frozenset(changes(REDIS, EVERYTHING)))
AND_ITS_EFFECT = " and its effect"


def presence(world: World, people: People, *, operations: tuple[str, ...], has_expired: bool) -> Play:
    """The presence of a socket has just expired, or lasts. `operations` are those of the scenario: see `parts`."""
    [ada] = people.make(1)
    connection_id = f"socket-{uuid4().hex}"
    open_socket(world, ada, connection_id)
    # The set of presence was complete so far; a flush takes the mark away with everything else.
    presence_maintenance(world.observer).rebuild_after_flush()
    if has_expired:
        world.clock.now += timedelta(seconds=world.observer.settings.presence_ttl_seconds + 1)

    def problems(outcome: Outcome) -> Iterator[str]:
        socket = world.observer.mongo.sockets.find_one({"_id": connection_id})
        assert socket is not None
        now = world.clock.now
        is_online = socket.get("presenceUntil", now) > now
        is_online_in_redis = bool(world.redis.zcount(f"presence:{ada.user_id}", f"({milliseconds(now)}", "+inf"))
        told = {event["eventType"] for event in world.events()}
        yield from broken(
            {
                f"the socket is online in MongoDB: {is_online}, in Redis: {is_online_in_redis}": (
                    outcome.is_repaired and is_online is not is_online_in_redis
                ),
                "a heartbeat was answered, and the socket is offline": (
                    outcome.has_returned("heartbeat") and "closedAt" not in socket and not is_online
                ),
                "a closed socket has presence": "closedAt" in socket and "presenceUntil" in socket,
                "the socket has come online, and nobody was told": (
                    outcome.is_repaired and has_expired and is_online and "USER_ONLINE" not in told
                ),
                "the socket is offline, and nobody was told": (
                    outcome.is_repaired and not is_online and "USER_OFFLINE" not in told
                ),
            }
        )
        yield from lost_events(world, outcome.is_repaired, {})

    parts: dict[str, Callable[[Wiring], object]] = {
        "heartbeat": lambda wiring: heartbeat(wiring, connection_id),
        "sweep": lambda wiring: presence_maintenance(wiring).sweep(),
        "flush": lambda _wiring: _flush(world),
        "$disconnect": lambda wiring: wiring.socket_lifecycle.disconnect(connection_id),
        "rebuild": lambda wiring: presence_maintenance(wiring).rebuild_after_flush(),
    }

    def operation(name: str, wiring: Wiring) -> Callable[[], object]:
        part = parts[name.removesuffix(AND_ITS_EFFECT)]

        def run() -> None:
            part(wiring)
            if name.endswith(AND_ITS_EFFECT):
                _apply_effect(world, wiring)

        return run

    return Play(
        {
            name.removesuffix(AND_ITS_EFFECT): operation(name, wiring)
            for name, wiring in zip(operations, world.wirings, strict=False)
        },
        problems,
        {ada.user_id: "ada", ada.credentials.session_id: "session", connection_id: "socket"},
        loses_presence=True,
    )


def _flush(world: World) -> None:
    stop(FLUSH)
    world.redis.flushdb()


def _apply_effect(world: World, wiring: Wiring) -> None:
    """Do what the consumer does with the events that Kafka has now."""
    events = [msgspec.json.decode(record.value or b"", type=Envelope) for record in world.records]
    [fanout] = [routed for routed in all_effects(wiring) if isinstance(routed.effect, PresenceFanout)]
    fanout.apply(events)
    world.consumed.update(event.eventId for event in events)


def _scenario(*operations: str, is_small: bool = False, has_expired: bool = True) -> Scenario:
    return Scenario(
        f"presence: {', '.join(operations)}",
        lambda world, people: presence(world, people, operations=operations, has_expired=has_expired),
        is_small,
    )


SCENARIOS = (
    _scenario("heartbeat", "sweep", is_small=True),
    _scenario("heartbeat", "flush", is_small=True),
    _scenario("heartbeat", f"$disconnect{AND_ITS_EFFECT}", is_small=True, has_expired=False),
    _scenario("heartbeat", f"sweep{AND_ITS_EFFECT}"),
    _scenario(f"heartbeat{AND_ITS_EFFECT}", f"$disconnect{AND_ITS_EFFECT}"),
    _scenario("heartbeat", "sweep", "flush"),
    _scenario("heartbeat", "sweep", "$disconnect"),
    _scenario("heartbeat", "flush", "rebuild"),
)
