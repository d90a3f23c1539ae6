"""Requests that race the end of all sessions open nothing afterwards. Each side of a race has its own wiring."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from chalicelib.errors import BadCredentials, RateLimited, Unauthorized
from chalicelib.models.documents import SessionDocument
from chalicelib.models.requests import PasswordChange, SessionsQuery
from chalicelib.security.passwords import Passwords
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from tests.support.users import PASSWORD, log_in, new_client, sign_up
from tests.support.wirings import MakeWiring

NEW_PASSWORD = "battery staple"


class InterruptedPasswords(Passwords):
    """Calls `meanwhile` once, between the read of a password hash and its use."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__(rounds=4)
        self._meanwhile: list[Callable[[], object]] = [meanwhile]

    def matches(self, password: str, password_hash: bytes | None) -> bool:
        matches = super().matches(password, password_hash)
        while self._meanwhile:
            self._meanwhile.pop()()
        return matches


def change(wiring: Wiring, credentials: Credentials, current: str = PASSWORD, new: str = NEW_PASSWORD) -> NewSession:
    return wiring.password_changes.change(
        credentials, PasswordChange(currentPassword=current, newPassword=new), new_client()
    )


def assert_opens_nothing(wiring: Wiring, credentials: Credentials) -> None:
    with pytest.raises(Unauthorized):
        wiring.profiles.own(credentials)
    connection_id = f"late-{credentials.session_id}"
    with pytest.raises(Unauthorized):
        wiring.socket_lifecycle.connect(connection_id, credentials, None)
    assert wiring.mongo.sockets.count_documents({"_id": connection_id, "closedAt": {"$exists": False}}) == 0


# Logins


def test_a_login_that_verified_the_old_password_gets_no_valid_session(make_wiring: MakeWiring, wiring: Wiring) -> None:
    user = sign_up(wiring)
    late = make_wiring()
    late.passwords = InterruptedPasswords(lambda: change(wiring, user.credentials))
    new_session = log_in(late, user)
    for each in (late, wiring):
        assert_opens_nothing(each, new_session.credentials)
        assert_opens_nothing(each, user.credentials)


def test_a_login_during_a_logout_from_everywhere_gets_no_valid_session(make_wiring: MakeWiring, wiring: Wiring) -> None:
    user = sign_up(wiring)
    late = make_wiring()
    late.passwords = InterruptedPasswords(lambda: wiring.logout.log_out_everywhere(user.credentials))
    assert_opens_nothing(wiring, log_in(late, user).credentials)
    assert wiring.profiles.own(log_in(wiring, user).credentials).userId == user.user.userId


def test_concurrent_logins_with_the_old_password_do_not_survive_a_password_change(make_wiring: MakeWiring) -> None:
    wirings = [make_wiring(RATE_LIMIT_LOGIN="1000/60") for _ in range(5)]
    user = sign_up(wirings[0])
    start = Barrier(len(wirings))

    def many_logins(wiring: Wiring) -> list[Credentials]:
        opened: list[Credentials] = []
        start.wait()
        while True:
            try:
                opened.append(log_in(wiring, user).credentials)
            except BadCredentials:
                return opened

    def one_change() -> NewSession:
        start.wait()
        return change(wirings[0], user.credentials)

    with ThreadPoolExecutor(len(wirings)) as threads:
        changed = threads.submit(one_change)
        logins = [threads.submit(many_logins, wiring) for wiring in wirings[1:]]
        renewed = changed.result()
        old = [credentials for login in logins for credentials in login.result()]
    for wiring in wirings:
        for credentials in old:
            with pytest.raises(Unauthorized):
                wiring.profiles.own(credentials)
        assert wiring.profiles.own(renewed.credentials).userId == user.user.userId


# A session is listed as soon as it is stored, so it can be ended before its login has returned


def test_a_session_that_is_ended_before_its_login_returns_is_not_cached(
    make_wiring: MakeWiring, wiring: Wiring, without_kafka: Wiring
) -> None:
    """The session is ended by a process without Kafka, so that no consumer deletes the copy once more."""
    user = sign_up(wiring)
    late = make_wiring()
    insert = late.mongo.sessions.insert_one

    def end_it_at_once(session: SessionDocument) -> None:
        insert(session)
        [newest, _own] = without_kafka.session_list.open_sessions(user.credentials, SessionsQuery()).sessions
        without_kafka.logout.revoke(user.credentials, newest.sessionId)

    late.mongo.sessions.insert_one = end_it_at_once  # type: ignore[method-assign,assignment] # the session is ended right after its insert
    assert_opens_nothing(wiring, log_in(late, user).credentials)


# Password changes


def test_of_two_concurrent_password_changes_one_succeeds(make_wiring: MakeWiring) -> None:
    wirings = [make_wiring(), make_wiring()]
    user = sign_up(wirings[0])
    both_verified = Barrier(2)

    def attempt(wiring: Wiring) -> NewSession | BadCredentials:
        wiring.passwords = InterruptedPasswords(both_verified.wait)
        try:
            return change(wiring, user.credentials, new=f"{NEW_PASSWORD} {wirings.index(wiring)}")
        except BadCredentials as refused:
            return refused

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(attempt, wirings))
    [winner] = [outcome for outcome in outcomes if isinstance(outcome, NewSession)]
    assert wirings[0].profiles.own(winner.credentials).userId == user.user.userId
    log_in(wirings[0], user, f"{NEW_PASSWORD} {outcomes.index(winner)}")
    with pytest.raises(BadCredentials):
        log_in(wirings[0], user, f"{NEW_PASSWORD} {1 - outcomes.index(winner)}")
    document = wirings[0].mongo.users.find_one({"emailId": user.user.emailId})
    assert document is not None
    assert document["sessionEpoch"] == 1


def test_a_password_change_fails_if_the_hash_has_changed_meanwhile(make_wiring: MakeWiring, wiring: Wiring) -> None:
    user = sign_up(wiring)
    late = make_wiring()
    which, replaced = {"emailId": user.user.emailId}, wiring.passwords.hash(NEW_PASSWORD)
    late.passwords = InterruptedPasswords(
        lambda: wiring.mongo.users.update_one(which, {"$set": {"passwordHash": replaced}})
    )
    with pytest.raises(BadCredentials):
        change(late, user.credentials, new="anything else")
    log_in(wiring, user, NEW_PASSWORD)


def test_a_password_change_fails_if_its_session_has_ended_meanwhile(make_wiring: MakeWiring, wiring: Wiring) -> None:
    user = sign_up(wiring)
    late = make_wiring()
    late.passwords = InterruptedPasswords(lambda: wiring.logout.log_out_everywhere(user.credentials))
    with pytest.raises(BadCredentials):
        change(late, user.credentials)
    log_in(wiring, user)


def test_wrong_passwords_lock_password_changes_also_without_redis(
    make_wiring: MakeWiring, without_redis: Wiring
) -> None:
    """Without Redis as well: the limit on guesses never fails open."""
    for wiring in (make_wiring(), without_redis):
        user = sign_up(wiring)
        for _ in range(5):
            with pytest.raises(BadCredentials):
                change(wiring, user.credentials, current="not the password")
        with pytest.raises(RateLimited):
            change(wiring, user.credentials)


# Cached copies of users that a write could not delete


def test_a_new_session_is_valid_even_if_the_cached_user_is_stale(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = sign_up(wiring)
    wiring.profiles.own(user.credentials)  # caches the user
    with monkeypatch.context() as patch:  # the process dies between its commit and the deletion
        patch.setattr(wiring.user_store, "forget", lambda *_user_ids: None)
        wiring.session_epochs.begin(user.user)
    new_session = log_in(wiring, user)
    assert wiring.profiles.own(new_session.credentials).userId == user.user.userId
    assert_opens_nothing(wiring, user.credentials)
