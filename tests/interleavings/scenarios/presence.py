"""A heartbeat, the sweep that takes its socket offline, and a Redis that loses everything."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

from chalicelib.clock import milliseconds
from chalicelib.consumer.tasks.schedule import presence_maintenance
from tests.interleavings.execution import stop
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People
from tests.interleavings.scenarios.judging import broken, lost_events
from tests.interleavings.scenarios.sockets import heartbeat, open_socket
from tests.interleavings.steps import EVERYTHING, Step, changes
from tests.interleavings.touches import REDIS
from tests.interleavings.world import World

FLUSH = Step("Redis FLUSHDB", frozenset(changes(REDIS, EVERYTHING)))


def heartbeat_and_sweep(world: World, people: People, *, operations: tuple[str, ...]) -> Play:
    """The presence of a socket has just expired. `operations` are those of the scenario: see `parts`."""
    [ada] = people.make(1)
    connection_id = f"socket-{uuid4().hex}"
    open_socket(world, ada, connection_id)
    # The set of presence was complete so far; a flush takes the mark away with everything else.
    presence_maintenance(world.observer).rebuild_after_flush()
    world.clock.now += timedelta(seconds=world.observer.settings.presence_ttl_seconds + 1)

    def problems(outcome: Outcome) -> Iterator[str]:
        if outcome.is_repaired and not outcome.has_returned("heartbeat"):
            heartbeat(world.observer, connection_id)  # a device that had no answer sends another one
        socket = world.observer.mongo.sockets.find_one({"_id": connection_id})
        assert socket is not None
        now = world.clock.now
        is_online = socket.get("presenceUntil", now) > now
        is_online_in_redis = bool(world.redis.zcount(f"presence:{ada.user_id}", f"({milliseconds(now)}", "+inf"))
        was_told = any(event["eventType"] == "USER_OFFLINE" for event in world.events())
        stays_open = "$disconnect" not in operations
        yield from broken(
            {
                f"the socket is online in MongoDB: {is_online}, in Redis: {is_online_in_redis}": (
                    outcome.is_repaired and is_online is not is_online_in_redis
                ),
                "a heartbeat was answered, and the socket is offline": (
                    outcome.has_returned("heartbeat") and stays_open and not is_online
                ),
                "a closed socket has presence": "closedAt" in socket and "presenceUntil" in socket,
                "the socket is offline, and nobody was told": outcome.is_repaired and not is_online and not was_told,
            }
        )
        yield from lost_events(world, outcome.is_repaired, {})

    parts: dict[str, Callable[[], object]] = {
        "heartbeat": lambda: heartbeat(world.wirings[0], connection_id),
        "sweep": lambda: presence_maintenance(world.wirings[1]).sweep(),
        "flush": lambda: _flush(world),
        "$disconnect": lambda: world.wirings[2].socket_lifecycle.disconnect(connection_id),
        "rebuild": lambda: presence_maintenance(world.wirings[2]).rebuild_after_flush(),
    }
    return Play(
        {name: parts[name] for name in operations},
        problems,
        {ada.user_id: "ada", ada.credentials.session_id: "session", connection_id: "socket"},
        loses_presence=True,
    )


def _flush(world: World) -> None:
    stop(FLUSH)
    world.redis.flushdb()


def _scenario(*operations: str, is_small: bool = False) -> Scenario:
    return Scenario(
        f"presence: {', '.join(operations)}",
        lambda world, people: heartbeat_and_sweep(world, people, operations=operations),
        is_small,
    )


SCENARIOS = (
    _scenario("heartbeat", "sweep", is_small=True),
    _scenario("heartbeat", "flush", is_small=True),
    _scenario("heartbeat", "sweep", "flush"),
    _scenario("heartbeat", "sweep", "$disconnect"),
    _scenario("heartbeat", "flush", "rebuild"),
)
