"""Limits of logins: they slow guessing down, and are no weapon against the owner of an account."""

from collections.abc import Callable
from itertools import count

import pytest

from chalicelib.errors import BadCredentials, DevConnectError, RateLimited
from chalicelib.models.requests import Login, PasswordChange
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT, address
from tests.support.users import PASSWORD, new_client

RIGHT, WRONG = "correct horse", "not the password"


def client(ip: str | None = None) -> ClientIdentity:
    return ClientIdentity(ip=ip or address(), user_agent="tests")


@pytest.fixture(params=["redis", "mongodb while redis is down"])
def backend(request: pytest.FixtureRequest, make_wiring: Callable[..., Wiring]) -> Wiring:
    changes = {} if request.param == "redis" else {"REDIS_URL": f"redis://127.0.0.1:{CLOSED_PORT}/0"}
    return make_wiring(RATE_LIMIT_LOGIN_ACCOUNT="12/3600", **changes)


def outcome(wiring: Wiring, user: NewSession, password: str, where: ClientIdentity) -> type[DevConnectError] | None:
    try:
        wiring.accounts.log_in(Login(emailId=user.user.emailId, password=password), where)
    except DevConnectError as error:
        return type(error)
    return None


def attack(wiring: Wiring, user: NewSession) -> list[type[DevConnectError] | None]:
    """Wrong guesses, each from another address, until the account takes no more from strangers."""
    outcomes = []
    for _ in range(20):
        outcomes.append(outcome(wiring, user, WRONG, client()))
        if outcomes[-1] is RateLimited:
            break
    return outcomes


def test_a_login_with_a_password_that_is_replaced_meanwhile_makes_no_network_known(
    backend: Wiring, ada: NewSession
) -> None:
    record = backend.user_store.read_for_login(ada.user.emailId)
    assert record is not None
    change = PasswordChange(currentPassword=PASSWORD, newPassword="another good one")
    backend.password_changes.change(ada.credentials, change, new_client())
    backend.user_store.add_known_network(record.user, "203.0.113.7")
    after = backend.user_store.read_for_login(ada.user.emailId)
    assert after is not None
    assert "203.0.113.7" not in after.known_networks


def test_wrong_guesses_of_a_stranger_lock_nobody_else_out(backend: Wiring, ada: NewSession) -> None:
    stranger = client()
    guesses = [outcome(backend, ada, WRONG, stranger) for _ in range(6)]
    assert guesses == [BadCredentials] * 5 + [RateLimited]
    assert outcome(backend, ada, RIGHT, client()) is None


def test_guesses_from_many_addresses_end_at_the_limit_of_the_account(backend: Wiring, ada: NewSession) -> None:
    assert attack(backend, ada) == [BadCredentials] * 12 + [RateLimited]
    assert outcome(backend, ada, RIGHT, client()) is RateLimited  # who is not known may be anybody


def test_the_owner_logs_in_during_an_attack_from_where_he_did_before(backend: Wiring, ada: NewSession) -> None:
    home = client()
    assert outcome(backend, ada, RIGHT, home) is None
    attack(backend, ada)
    for _ in range(3):
        assert outcome(backend, ada, RIGHT, home) is None


def test_a_known_network_guesses_no_more_than_any_other(backend: Wiring, ada: NewSession) -> None:
    home = client()
    assert outcome(backend, ada, RIGHT, home) is None
    attack(backend, ada)
    assert [outcome(backend, ada, WRONG, home) for _ in range(6)] == [BadCredentials] * 5 + [RateLimited]
    assert outcome(backend, ada, RIGHT, home) is RateLimited


def test_an_unknown_account_answers_like_one_that_is_attacked(backend: Wiring, ada: NewSession) -> None:
    nobody = Login(emailId=f"nobody-{ada.user.userId}@example.org", password=WRONG)
    outcomes: list[type[DevConnectError]] = []
    for _ in range(13):
        with pytest.raises(DevConnectError) as caught:
            backend.accounts.log_in(nobody, client())
        outcomes.append(caught.type)
    assert outcomes == [BadCredentials] * 12 + [RateLimited]


def test_one_spelling_after_the_other_is_the_same_account(backend: Wiring, ada: NewSession) -> None:
    spellings = (ada.user.emailId[:-number] + ada.user.emailId[-number:].upper() for number in count(1))
    for _ in range(12):
        with pytest.raises(BadCredentials):
            backend.accounts.log_in(Login(emailId=next(spellings), password=WRONG), client())
    with pytest.raises(RateLimited):
        backend.accounts.log_in(Login(emailId=next(spellings), password=WRONG), client())


def test_a_new_password_is_set_during_an_attack(backend: Wiring, ada: NewSession) -> None:
    attack(backend, ada)
    change = PasswordChange(currentPassword=RIGHT, newPassword="battery staple")
    renewed = backend.password_changes.change(ada.credentials, change, client())
    assert renewed.user.userId == ada.user.userId


def test_a_new_password_makes_the_networks_of_before_unknown(backend: Wiring, ada: NewSession) -> None:
    thief, owner = client(), client()
    assert outcome(backend, ada, RIGHT, thief) is None
    change = PasswordChange(currentPassword=RIGHT, newPassword="battery staple")
    backend.password_changes.change(ada.credentials, change, owner)
    attack(backend, ada)
    assert outcome(backend, ada, "battery staple", thief) is RateLimited
    assert outcome(backend, ada, "battery staple", owner) is None


def test_wrong_current_passwords_are_counted_by_session(wiring: Wiring, ada: NewSession) -> None:
    other = wiring.accounts.log_in(Login(emailId=ada.user.emailId, password=RIGHT), client())
    wrong = PasswordChange(currentPassword=WRONG, newPassword="battery staple")
    for expected in [BadCredentials] * 5 + [RateLimited]:
        with pytest.raises(expected):
            wiring.password_changes.change(ada.credentials, wrong, client())
    right = PasswordChange(currentPassword=RIGHT, newPassword="battery staple")
    assert wiring.password_changes.change(other.credentials, right, client()).user.userId == ada.user.userId


def test_addresses_of_one_ipv6_network_are_one_client(wiring: Wiring, ada: NewSession) -> None:
    network = f"2001:db8:{ada.user.userId[-4:]}:{ada.user.userId[-8:-4]}"
    guesses = [outcome(wiring, ada, WRONG, client(f"{network}::{number:x}")) for number in range(1, 7)]
    assert guesses == [BadCredentials] * 5 + [RateLimited]


def test_logins_that_succeed_are_limited_too_and_fill_no_other_limit(
    make_wiring: Callable[..., Wiring], ada: NewSession, bob: NewSession
) -> None:
    wiring, home = make_wiring(RATE_LIMIT_LOGIN_SUCCESS="7/3600"), client()
    assert [outcome(wiring, ada, RIGHT, home) for _ in range(8)] == [None] * 7 + [RateLimited]
    assert outcome(wiring, ada, WRONG, home) is RateLimited  # it does not tell whether the password was right
    assert outcome(wiring, bob, RIGHT, home) is None
