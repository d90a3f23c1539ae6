"""Signup and login: how sessions begin."""

from collections.abc import Sequence
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.redis.client import RedisClient
from chalicelib.errors import BadCredentials
from chalicelib.events.publisher import Publisher
from chalicelib.models.requests import Login, Signup
from chalicelib.security.passwords import Passwords
from chalicelib.security.rate_limits import Attempt, RateLimits, check_all
from chalicelib.security.tokens import Credentials, Tokens
from chalicelib.stores.sessions import SessionStore
from chalicelib.stores.users import User, UserStore


@dataclass(frozen=True)
class ClientIdentity:
    """Where a request comes from, as API Gateway tells it: never a header that the client could set."""

    ip: str
    user_agent: str


@dataclass(frozen=True)
class SignedIn:
    user: User
    token: str
    credentials: Credentials


@dataclass(frozen=True, kw_only=True)
class Accounts:
    redis: RedisClient
    users: UserStore
    sessions: SessionStore
    tokens: Tokens
    passwords: Passwords
    limits: RateLimits
    publisher: Publisher

    def sign_up(self, signup: Signup, client: ClientIdentity) -> SignedIn:
        """Make an account and its first session. Raises EmailTaken, RateLimited, Unavailable."""
        attempt = self.limits.guarded_attempt(client.ip, "signup")
        self.redis.fetch(attempt.count)
        attempt.check()
        user_id = ObjectId()
        password_hash = self.passwords.hash(signup.password)
        # The session first: the user's document is the commit, and a session without a user opens nothing.
        credentials, _ = self.sessions.start(str(user_id), 0, ip=client.ip, user_agent=client.user_agent, login=False)
        user, written = self.users.create(user_id, signup, _normal(signup.emailId), password_hash)
        self.publisher.publish(written)
        return SignedIn(user, self.tokens.sign_session(credentials), credentials)

    def log_in(self, login: Login, client: ClientIdentity) -> SignedIn:
        """Raises BadCredentials, RateLimited (by address and by account, known or not), Unavailable."""
        email_id = _normal(login.emailId)
        attempts = [self.limits.guarded_attempt(subject, "login") for subject in (client.ip, email_id)]
        self.redis.fetch(*(attempt.count for attempt in attempts))
        check_all(attempts)
        record = self.users.read_for_login(email_id)
        matches = self.passwords.matches(login.password, record.password_hash if record else None)
        if record is None or not matches:
            raise BadCredentials
        # The epoch read with the hash: where the password changes meanwhile, this session is over before it begins.
        return self.begin_session(record.user, client, attempts, login=True)

    def begin_session(
        self, user: User, client: ClientIdentity, attempts: Sequence[Attempt], *, login: bool
    ) -> SignedIn:
        """A session for who has just proved to be this user, of the epoch that was read with the proof.

        The attempts at it are taken back, and the user's copy is filled as a request would fill it. Raises Unavailable.
        """
        warming = self.users.ensure_cached(user.userId)
        credentials, written = self.sessions.start(
            user.userId,
            user.sessionEpoch,
            warming,
            *(attempt.withdrawal() for attempt in attempts),
            ip=client.ip,
            user_agent=client.user_agent,
            login=login,
        )
        warming.resolve()
        if written is not None:
            self.publisher.publish(written)
        return SignedIn(user, self.tokens.sign_session(credentials), credentials)


def _normal(email_id: str) -> str:
    return email_id.lower()
