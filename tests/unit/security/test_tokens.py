"""Session tokens and WebSocket tickets: what they hold, and which of them are refused."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import jwt
import pytest

from chalicelib.clock import Clock, utc_now
from chalicelib.errors import Unauthorized
from chalicelib.security.tokens import LEEWAY, TICKET_LIFETIME, Credentials, Tokens

OLD, NEW = "o" * 32, "n" * 32


def credentials() -> Credentials:
    return Credentials("user", "session", utc_now().replace(microsecond=0) + timedelta(hours=1))


def test_a_session_token_verifies_to_the_credentials_that_were_signed() -> None:
    tokens, signed = Tokens((NEW,), utc_now), credentials()
    assert tokens.verify_session(tokens.sign_session(signed)) == signed


def test_a_ticket_has_the_session_and_an_id_of_its_own() -> None:
    tokens, signed = Tokens((NEW,), utc_now), credentials()
    first, second = (tokens.verify_ticket(tokens.sign_ticket(signed)) for _ in range(2))
    assert (first.user_id, first.session_id, first.expires_at) == ("user", "session", signed.expires_at)
    assert first.ticket_id != second.ticket_id


def test_a_ticket_is_not_accepted_as_a_session_token_nor_the_reverse() -> None:
    tokens = Tokens((NEW,), utc_now)
    with pytest.raises(Unauthorized):
        tokens.verify_session(tokens.sign_ticket(credentials()))
    with pytest.raises(Unauthorized):
        tokens.verify_ticket(tokens.sign_session(credentials()))


def test_a_token_signed_with_the_older_secret_still_verifies() -> None:
    signed = credentials()
    token = Tokens((OLD,), utc_now).sign_session(signed)
    assert Tokens((NEW, OLD), utc_now).verify_session(token) == signed
    with pytest.raises(Unauthorized):
        Tokens((NEW,), utc_now).verify_session(token)


@pytest.mark.parametrize(("before", "after"), [*pairwise([(OLD,), (OLD, NEW), (NEW, OLD), (NEW,)])])
def test_processes_before_and_after_a_step_of_a_rotation_accept_each_others_tokens(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """The steps are those of DEPLOY.md. During a release, processes of both steps serve the same users."""
    signed = credentials()
    for signer, verifier in permutations([Tokens(before, utc_now), Tokens(after, utc_now)]):
        assert verifier.verify_session(signer.sign_session(signed)) == signed


def at(ahead: float) -> Clock:
    """A clock that is this many seconds ahead."""
    return lambda: utc_now() + timedelta(seconds=ahead)


MARGIN = 2
"""Seconds for the test itself, which reads the clock twice."""


@pytest.mark.parametrize("kind", ["session", "ticket"])
def test_a_clock_that_is_ahead_by_no_more_than_the_leeway_is_believed(kind: str) -> None:
    leeway, verifier = LEEWAY.total_seconds(), Tokens((NEW,), utc_now)
    for ahead, taken in ((1, True), (leeway - MARGIN, True), (leeway + MARGIN, False), (3600, False)):
        signer = Tokens((NEW,), at(ahead))
        token = getattr(signer, f"sign_{kind}")(credentials())
        verify = getattr(verifier, f"verify_{kind}")
        if taken:
            assert verify(token).session_id == "session"
        else:
            with pytest.raises(Unauthorized):
                verify(token)


@pytest.mark.parametrize("kind", ["session", "ticket"])
def test_an_expired_token_is_taken_for_the_leeway_and_no_longer(kind: str) -> None:
    leeway, tokens = LEEWAY.total_seconds(), Tokens((NEW,), utc_now)
    for ago, taken in ((1, True), (leeway - MARGIN, True), (leeway + MARGIN, False), (3600, False)):
        expired = Credentials("user", "session", utc_now() - timedelta(seconds=ago))
        token = getattr(tokens, f"sign_{kind}")(expired)
        verify = getattr(tokens, f"verify_{kind}")
        if taken:
            assert verify(token).session_id == "session"
        else:
            with pytest.raises(Unauthorized):
                verify(token)


def test_a_ticket_lives_for_its_time_and_the_leeway() -> None:
    leeway, tokens = LEEWAY.total_seconds(), Tokens((NEW,), utc_now)
    for age, taken in ((TICKET_LIFETIME.total_seconds() + leeway - MARGIN, True), (60, False)):
        ticket = Tokens((NEW,), at(-age)).sign_ticket(credentials())
        if taken:
            assert tokens.verify_ticket(ticket).session_id == "session"
        else:
            with pytest.raises(Unauthorized):
                tokens.verify_ticket(ticket)


def test_a_token_without_a_signature_is_refused() -> None:
    tokens = Tokens((NEW,), utc_now)
    kid = jwt.get_unverified_header(tokens.sign_session(credentials()))["kid"]
    claims: dict[str, object] = {"sub": "user", "jti": "session", "iss": "devconnect", "aud": "session"}
    claims |= {"iat": datetime.now(UTC), "exp": datetime.now(UTC) + timedelta(hours=1)}
    forged = jwt.encode(claims, key="", algorithm="none", headers={"kid": kid})
    with pytest.raises(Unauthorized):
        tokens.verify_session(forged)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\ud800", "e30.e30.e30", "é" * 10])
def test_a_malformed_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthorized):
        Tokens((NEW,), utc_now).verify_session(token)


def test_a_token_whose_header_has_another_order_still_verifies() -> None:
    """PyJWT does not promise the order of the fields, and tokens outlive a version of it."""
    tokens, signed = Tokens((NEW,), utc_now), credentials()
    token = tokens.sign_session(signed)
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, NEW, algorithms=["HS256"], audience="session")
    other = jwt.encode(claims, NEW, headers=dict(reversed(header.items())), algorithm="HS256", sort_headers=False)
    assert other.partition(".")[0] != token.partition(".")[0]
    assert tokens.verify_session(other) == signed
