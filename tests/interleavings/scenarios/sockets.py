"""A socket that opens while its session ends, and one that is closed twice.

Nobody serves the @connections API here, so that the consumer has to see to what a request could not close.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from chalicelib.errors import DevConnectError, Unauthorized
from chalicelib.wiring import Wiring
from tests.interleavings.exploration import Outcome, Play, Scenario
from tests.interleavings.people import People, Person
from tests.interleavings.scenarios.judging import broken, lost_events
from tests.interleavings.scenarios.passwords import opens
from tests.interleavings.world import World


@dataclass(frozen=True)
class _OpeningRules:
    world: World
    ada: Person
    connection_id: str

    def problems(self, outcome: Outcome) -> Iterator[str]:
        mongo = self.world.observer.mongo
        session = mongo.sessions.find_one({"_id": self.ada.credentials.session_id, "endedAt": {"$exists": False}})
        user = mongo.users.find_one({"emailId": self.ada.email_id, "sessionEpoch": 0})
        has_ended = session is None or user is None
        yield from self._of_answers(outcome, has_ended)
        if outcome.is_repaired:
            yield from self._of_the_socket(has_ended, is_open=outcome.has_returned("connect"))
        yield from lost_events(self.world, outcome.is_repaired, {"USER_LOGOUT": int(has_ended)})

    def _of_answers(self, outcome: Outcome, has_ended: bool) -> Iterator[str]:
        connected = outcome.result("connect")
        was_late = outcome.began_after("connect", "logout")
        socket = self.world.observer.mongo.sockets.find_one({"_id": self.connection_id})
        is_left = socket is not None and "closedAt" not in socket
        yield from broken(
            {
                "an acknowledged logout is not in MongoDB": outcome.has_returned("logout") and not has_ended,
                "the ended session opens something": has_ended
                and (outcome.is_repaired or outcome.has_returned("logout"))
                and opens(self.world, self.ada.credentials),
                "a socket opened after the logout was answered": was_late and not isinstance(connected, Unauthorized),
                "a refused socket has left something behind": isinstance(connected, DevConnectError) and is_left,
            }
        )

    def _of_the_socket(self, has_ended: bool, *, is_open: bool) -> Iterator[str]:
        """Whoever connected before the logout was answered may be told a moment later: by the consumer.

        A socket whose function died is not open, and is no longer in MongoDB's presence once it is swept.
        """
        socket = self.world.observer.mongo.sockets.find_one({"_id": self.connection_id}) or {"closedAt": None}
        is_online_in_redis = bool(self.world.redis.zcard(f"presence:{self.ada.user_id}"))
        is_online = "closedAt" not in socket and "presenceUntil" in socket
        yield from broken(
            {
                "the socket of the ended session is neither closed nor marked": (
                    has_ended and not {"closedAt", "sessionEndedAt"} & socket.keys()
                ),
                "the user is online in Redis, on the socket of an ended session": has_ended and is_online_in_redis,
                f"the socket is online in MongoDB: {is_online}, in Redis: {is_online_in_redis}": (
                    is_open and not has_ended and is_online is not is_online_in_redis
                ),
            }
        )


def connect_and_logout(world: World, people: People, *, everywhere: bool, disconnects: bool = False) -> Play:
    """A socket opens while its session ends; its client may also vanish at once."""
    [ada] = people.make(1)
    connection_id = f"socket-{uuid4().hex}"
    ending = world.wirings[1].logout
    operations = {
        "connect": lambda: world.wirings[0].socket_lifecycle.connect(connection_id, ada.credentials, None),
        "logout": lambda: (ending.log_out_everywhere if everywhere else ending.log_out)(ada.credentials),
    }
    if disconnects:
        operations["$disconnect"] = lambda: world.wirings[2].socket_lifecycle.disconnect(connection_id)
    names = {ada.user_id: "ada", ada.credentials.session_id: "session", connection_id: "socket"}
    return Play(operations, _OpeningRules(world, ada, connection_id).problems, names, answers_count=not disconnects)


def two_disconnects(world: World, people: People, *, heartbeats: bool) -> Play:
    """API Gateway invokes `$disconnect` twice for one socket; a late heartbeat may come in between."""
    [ada] = people.make(1)
    connection_id = f"socket-{uuid4().hex}"
    open_socket(world, ada, connection_id)
    world.redis.delete(f"socket:{connection_id}")

    def problems(outcome: Outcome) -> Iterator[str]:
        socket = world.observer.mongo.sockets.find_one({"_id": connection_id})
        assert socket is not None
        is_closed = "closedAt" in socket
        is_online_in_redis = bool(world.redis.zcard(f"presence:{ada.user_id}"))
        has_returned = outcome.has_returned("$disconnect 1") or outcome.has_returned("$disconnect 2")
        yield from broken(
            {
                "a $disconnect has returned, and the socket is not closed": has_returned and not is_closed,
                "a closed socket is online in MongoDB": is_closed and "presenceUntil" in socket,
                "the user is online in Redis, on a closed socket": (
                    outcome.is_repaired and is_closed and is_online_in_redis
                ),
            }
        )
        yield from lost_events(world, outcome.is_repaired, {"USER_OFFLINE": int(is_closed), "USER_ONLINE": 0})

    operations = {
        "$disconnect 1": lambda: world.wirings[0].socket_lifecycle.disconnect(connection_id),
        "$disconnect 2": lambda: world.wirings[1].socket_lifecycle.disconnect(connection_id),
    }
    if heartbeats:
        operations["heartbeat"] = lambda: heartbeat(world.wirings[2], connection_id)
    return Play(operations, problems, {ada.user_id: "ada", connection_id: "socket"})


def open_socket(world: World, person: Person, connection_id: str) -> None:
    """Store an open socket, whose event is published already."""
    written = world.observer.socket_store.open(connection_id, person.credentials)
    world.observer.publisher.confirm([written])


def heartbeat(wiring: Wiring, connection_id: str) -> None:
    """What the frame `register` does."""
    identity = wiring.socket_store.identity(connection_id)
    if identity is not None:
        wiring.socket_lifecycle.heartbeat(connection_id, identity)


SCENARIOS = (
    Scenario(
        "connect and logout", lambda world, people: connect_and_logout(world, people, everywhere=False), is_small=True
    ),
    Scenario(
        "connect and logout from everywhere",
        lambda world, people: connect_and_logout(world, people, everywhere=True),
        is_small=False,
    ),
    Scenario(
        "connect, logout and $disconnect",
        lambda world, people: connect_and_logout(world, people, everywhere=False, disconnects=True),
        is_small=False,
    ),
    Scenario("two $disconnect", lambda world, people: two_disconnects(world, people, heartbeats=False)),
    Scenario(
        "two $disconnect and a heartbeat",
        lambda world, people: two_disconnects(world, people, heartbeats=True),
        is_small=False,
    ),
)
