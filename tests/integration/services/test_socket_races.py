"""Sockets that race the end of all sessions are closed, and the copy in Redis is deleted even if Redis was down."""

from urllib.parse import urlsplit

import pytest

from chalicelib.consumer.effects.ended_sessions import EndedSessions
from chalicelib.consumer.tasks.kept_deletions import KeptDeletions
from chalicelib.consumer.tasks.schedule import presence_maintenance
from chalicelib.errors import Unauthorized
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.replacing import replaced
from tests.support.users import log_in, sign_up
from tests.support.wirings import MakeWiring


@pytest.fixture
def make_own_wiring(environment: dict[str, str], make_wiring: MakeWiring) -> MakeWiring:
    """Makes wirings on separate databases, in which the running consumer heals nothing and takes nobody's presence."""
    separate = {
        "MONGODB_URI": urlsplit(environment["MONGODB_URI"])._replace(path="/socket_races").geturl(),
        "REDIS_URL": urlsplit(environment["REDIS_URL"])._replace(path="/6").geturl(),
    }
    return lambda **changes: make_wiring(**separate | changes)


def logout_event(wiring: Wiring, person: NewSession, epoch: int) -> Envelope:
    return new_event("USER_LOGOUT", person.user.userId, wiring.clock, reason="logout_all", epoch=epoch)


def marked_sockets(wiring: Wiring) -> set[str]:
    return {socket["_id"] for socket in wiring.ended_sockets.marked(1_000)}


def apply_effect(wiring: Wiring, event: Envelope) -> None:
    EndedSessions(wiring.user_store, wiring.session_store, wiring.ended_sockets, wiring.push_subscription_store).apply(
        [event]
    )


def open_socket(wiring: Wiring, credentials: Credentials) -> str:
    connection_id = f"socket-{credentials.session_id}"
    wiring.socket_lifecycle.connect(connection_id, credentials, None)
    return connection_id


def test_a_session_that_ends_while_its_socket_opens_closes_the_socket(make_own_wiring: MakeWiring) -> None:
    wiring, late = make_own_wiring(), make_own_wiring()
    user = sign_up(wiring)
    confirm = late.gate.confirm

    def end_all_first(credentials: Credentials) -> None:
        wiring.logout.log_out_everywhere(user.credentials)
        confirm(credentials)

    # All sessions end between the insert of the socket and the second check.
    with replaced(late.gate, "confirm", end_all_first), pytest.raises(Unauthorized):
        open_socket(late, user.credentials)
    [socket] = wiring.mongo.sockets.find({"userId": user.user.userId})
    assert "closedAt" in socket
    assert "presenceUntil" not in socket


def test_a_socket_that_opens_just_after_its_session_was_checked_is_marked(
    make_own_wiring: MakeWiring,
) -> None:
    """The gateway answers 410 while the socket is connecting, so the effect marks it, to be closed once it is open."""
    wiring, late = make_own_wiring(), make_own_wiring()
    user = sign_up(wiring)
    touch = late.session_store.touch

    def end_all_first(session_id: str) -> None:
        touch(session_id)
        wiring.logout.log_out_everywhere(user.credentials)

    with replaced(late.session_store, "touch", end_all_first):  # all sessions end right after the check
        connection_id = open_socket(late, user.credentials)
    presence = wiring.presence_store.lookup_sockets(user.user.userId)
    wiring.redis.fetch(presence)
    assert presence.resolve() == []
    apply_effect(wiring, logout_event(wiring, user, 1))
    assert connection_id in marked_sockets(wiring)


def test_sockets_of_a_newer_epoch_and_of_others_are_not_marked(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    user, bystander = sign_up(wiring), sign_up(wiring)
    old = open_socket(wiring, user.credentials)
    others = open_socket(wiring, bystander.credentials)
    wiring.logout.log_out_everywhere(user.credentials)
    new = open_socket(wiring, log_in(wiring, user).credentials)
    apply_effect(wiring, logout_event(wiring, user, 1))
    marked = marked_sockets(wiring)
    assert old in marked
    assert not {new, others} & marked
    apply_effect(wiring, logout_event(wiring, user, 2))
    assert new in marked_sockets(wiring)


def test_the_socket_of_a_deleted_session_is_marked(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    user = sign_up(wiring)
    connection_id = open_socket(wiring, user.credentials)
    wiring.mongo.sessions.delete_one({"_id": user.credentials.session_id})
    apply_effect(wiring, logout_event(wiring, user, 1))
    assert connection_id in marked_sockets(wiring)


def test_the_effect_deletes_a_stale_copy_of_the_user(make_own_wiring: MakeWiring) -> None:
    wiring = make_own_wiring()
    user = sign_up(wiring)
    wiring.mongo.users.update_one({"emailId": user.user.emailId}, {"$set": {"sessionEpoch": 1}})
    wiring.profiles.own(user.credentials)  # caches the user with the older epoch, as after a failover
    apply_effect(wiring, logout_event(wiring, user, 1))
    with pytest.raises(Unauthorized):
        wiring.profiles.own(user.credentials)


def test_a_deletion_that_failed_without_redis_is_kept_and_applied(make_own_wiring: MakeWiring) -> None:
    wiring, without_redis = make_own_wiring(), make_own_wiring(REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")
    user = sign_up(wiring)
    wiring.profiles.own(user.credentials)
    without_redis.logout.log_out_everywhere(user.credentials)
    with pytest.raises(Unauthorized):
        without_redis.profiles.own(user.credentials)
    key = f"user:{user.user.userId}"
    assert wiring.mongo.invalidations.count_documents({"key": key}) == 1
    KeptDeletions(wiring.mongo, wiring.redis, presence_maintenance(wiring), wiring.clock).apply()
    with pytest.raises(Unauthorized):
        wiring.profiles.own(user.credentials)
    assert wiring.mongo.invalidations.count_documents({"key": key}) == 0
