"""Sockets and the end of all sessions: those that race it, and its deletion where Redis is down."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from chalicelib.clients.redis.client import RedisClient
from chalicelib.consumer.effects.ended_sessions import EndedSessions
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.presence_maintenance import PresenceMaintenance
from chalicelib.errors import Unauthorized
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import SignedIn
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.replacing import replaced
from tests.support.users import log_in, sign_up


@pytest.fixture
def own(environment: dict[str, str], make_wiring: Callable[..., Wiring]) -> Callable[..., Wiring]:
    """Makes wirings on a database of their own, in which the running consumer heals nothing."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/socket_races").geturl()
    return lambda **changes: make_wiring(MONGODB_URI=uri, **changes)


def logged_out(wiring: Wiring, person: SignedIn, epoch: int) -> Envelope:
    return new_event("USER_LOGOUT", person.user.userId, wiring.clock, reason="logout_all", epoch=epoch)


def marked(wiring: Wiring) -> set[str]:
    return {socket["_id"] for socket in wiring.ended_sockets.marked(1_000)}


def apply(wiring: Wiring, event: Envelope) -> None:
    EndedSessions(wiring.user_store, wiring.session_store, wiring.ended_sockets).apply([event])


def open_socket(wiring: Wiring, credentials: Credentials) -> str:
    connection_id = f"socket-{credentials.session_id}"
    wiring.socket_lifecycle.connect(connection_id, credentials, None)
    return connection_id


def test_a_session_that_ends_while_its_socket_opens_closes_the_socket(own: Callable[..., Wiring]) -> None:
    wiring, late = own(), own()
    user = sign_up(wiring)
    confirm = late.gate.confirm

    def end_all_first(credentials: Credentials) -> None:
        wiring.logout.log_out_everywhere(user.credentials)
        confirm(credentials)

    # The moment between the two.
    with replaced(late.gate, "confirm", end_all_first), pytest.raises(Unauthorized):
        open_socket(late, user.credentials)
    [socket] = wiring.mongo.sockets.find({"userId": user.user.userId})
    assert "closedAt" in socket
    assert "presenceUntil" not in socket


def test_a_socket_that_opens_just_after_its_session_was_checked_is_marked(own: Callable[..., Wiring]) -> None:
    """The gateway answers 410 for it, as it is still connecting: the effect marks it, to be closed once it is open."""
    wiring, late = own(), own()
    user = sign_up(wiring)
    touch = late.session_store.touch

    def end_all_first(session_id: str) -> None:
        touch(session_id)
        wiring.logout.log_out_everywhere(user.credentials)

    with replaced(late.session_store, "touch", end_all_first):  # the moment after the check
        connection_id = open_socket(late, user.credentials)
    presence = wiring.presence_store.lookup_sockets(user.user.userId)
    wiring.redis.fetch(presence)
    assert presence.resolve() == []
    apply(wiring, logged_out(wiring, user, 1))
    assert connection_id in marked(wiring)


def test_sockets_of_a_newer_epoch_and_of_others_are_not_marked(own: Callable[..., Wiring]) -> None:
    wiring = own()
    user, bystander = sign_up(wiring), sign_up(wiring)
    old = open_socket(wiring, user.credentials)
    others = open_socket(wiring, bystander.credentials)
    wiring.logout.log_out_everywhere(user.credentials)
    new = open_socket(wiring, log_in(wiring, user).credentials)
    apply(wiring, logged_out(wiring, user, 1))
    found = marked(wiring)
    assert old in found
    assert not {new, others} & found
    apply(wiring, logged_out(wiring, user, 2))
    assert new in marked(wiring)


def test_the_socket_of_a_deleted_session_is_marked(own: Callable[..., Wiring]) -> None:
    wiring = own()
    user = sign_up(wiring)
    connection_id = open_socket(wiring, user.credentials)
    wiring.mongo.sessions.delete_one({"_id": user.credentials.session_id})
    apply(wiring, logged_out(wiring, user, 1))
    assert connection_id in marked(wiring)


def test_the_effect_deletes_a_stale_copy_of_the_user(own: Callable[..., Wiring]) -> None:
    wiring = own()
    user = sign_up(wiring)
    wiring.mongo.users.update_one({"emailId": user.user.emailId}, {"$set": {"sessionEpoch": 1}})
    wiring.profiles.own(user.credentials)  # a fail-over has brought the older copy back
    apply(wiring, logged_out(wiring, user, 1))
    with pytest.raises(Unauthorized):
        wiring.profiles.own(user.credentials)


def keeper(wiring: Wiring, redis: RedisClient) -> PresenceMaintenance:
    return PresenceMaintenance(
        mongo=wiring.mongo, redis=redis, presence=wiring.presence_store, publisher=wiring.publisher, clock=wiring.clock
    )


def test_a_deletion_that_failed_without_redis_is_kept_and_applied(own: Callable[..., Wiring]) -> None:
    wiring, without_redis = own(), own(REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")
    user = sign_up(wiring)
    wiring.profiles.own(user.credentials)
    without_redis.logout.log_out_everywhere(user.credentials)
    with pytest.raises(Unauthorized):
        without_redis.profiles.own(user.credentials)
    key = f"user:{user.user.userId}"
    assert wiring.mongo.invalidations.count_documents({"key": key}) == 1
    KeptDeletions(wiring.mongo, wiring.redis, keeper(wiring, wiring.redis), wiring.clock).apply()
    with pytest.raises(Unauthorized):
        wiring.profiles.own(user.credentials)
    assert wiring.mongo.invalidations.count_documents({"key": key}) == 0
