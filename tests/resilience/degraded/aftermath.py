"""What follows once MongoDB is back: the consumer's repairs, and checks of what users then see."""

from datetime import timedelta

from chalicelib import settings
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import utc_now
from chalicelib.consumer.effects.accepted_requests import AcceptedRequests
from chalicelib.consumer.effects.cached_messages import CachedMessages
from chalicelib.consumer.effects.changed_messages import ChangedMessages
from chalicelib.consumer.effects.changed_profiles import ChangedProfiles
from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.effects.ended_sessions import EndedSessions
from chalicelib.consumer.effects.registry import types_of
from chalicelib.consumer.effects.suspensions import SuspendUsers
from chalicelib.consumer.tasks.schedule import deletion_tasks
from chalicelib.models.pairs import pair_id
from chalicelib.wiring import Wiring
from tests.e2e.clients import PASSWORD, Person
from tests.resilience.degraded.in_process import Operation, Sandbox
from tests.resilience.degraded.operations import World
from tests.support.pending import pending_events

NEW_PASSWORD = "another one"
"""The password that the operation of operations.py sets."""

LATER = timedelta(seconds=30)
"""A time after which an announced deletion is due."""


def heal(wiring: Wiring) -> None:
    """Does what the consumer does: it applies the effects of pending events, and makes the deletions that are due."""
    pending = pending_events(wiring.mongo)
    cached = CachedMessages(wiring.message_store, wiring.recent_messages)
    for effect in (
        RoutedEffect(ChangedProfiles(wiring.user_store), types_of("changed_profiles")),
        RoutedEffect(
            EndedSessions(
                wiring.user_store, wiring.session_store, wiring.ended_sockets, wiring.push_subscription_store
            ),
            types_of("ended_sessions"),
        ),
        RoutedEffect(AcceptedRequests(wiring.message_request_store), types_of("accepted_requests")),
        RoutedEffect(cached, types_of("cached_messages")),
        RoutedEffect(ChangedMessages(wiring.invalidator, wiring.message_settling), types_of("changed_messages")),
        RoutedEffect(SuspendUsers(wiring.suspensions, wiring.publisher), types_of("suspensions")),
    ):
        effect.apply(pending)
    later = Wiring(settings.load(), lambda: utc_now() + LATER)
    for task in deletion_tasks(later):
        task.run()
    later.close()


def check_copies(wiring: Wiring, world: World, point: str) -> None:
    """Asserts that what is read by way of Redis is what MongoDB holds."""
    assert _read(wiring, world, from_redis=True) == _read(wiring, world, from_redis=False), f"{point}: a stale copy"


def _read(wiring: Wiring, world: World, *, from_redis: bool) -> list[object]:
    reads: list[Lookup[object]] = []
    for person in (world.ada, world.bob, world.carol):
        reads += [wiring.user_store.lookup(person.user_id), wiring.session_store.lookup(person.session_id)]
        reads.append(wiring.block_store.lookup_blockers(person.user_id))
    reads.append(wiring.recent_messages.lookup(pair_id(world.ada.user_id, world.bob.user_id)))
    if from_redis:
        wiring.redis.fetch(*reads)
    for read in reads:
        if not from_redis:
            read.settle(None)
    return [read.resolve() for read in reads]


def check_people(operation: Operation, sandbox: Sandbox, point: str) -> None:
    """Whoever signed up may log in, and a changed password is the only one."""
    ada = sandbox.world.ada
    known = {person.email_id for person in (ada, sandbox.world.bob, sandbox.world.carol)}
    new = [
        user["emailId"] for user in sandbox.read()["users"] if user["emailId"] not in known and "deletedAt" not in user
    ]
    assert len(new) == (operation.name == "POST /api/signup"), point
    for email_id in new:
        assert log_in(ada, email_id, PASSWORD) == 200, point
    if operation.name == "PATCH /api/profile/password":
        assert log_in(ada, ada.email_id, NEW_PASSWORD) == 200, point
        assert log_in(ada, ada.email_id, PASSWORD) == 401, point


def log_in(person: Person, email_id: str, password: str) -> int:
    return person.http.post("/api/login", json={"emailId": email_id, "password": password}).status_code


def online(wiring: Wiring, person: Person) -> int:
    """Returns how many sockets of the user are online."""
    sockets = wiring.presence_store.lookup_sockets(person.user_id)
    wiring.redis.fetch(sockets)
    return len(sockets.resolve())
