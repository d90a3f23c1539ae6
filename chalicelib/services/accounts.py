"""Signup and login: how sessions begin."""

from collections.abc import Sequence
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.clients.redis_client import RedisClient
from chalicelib.errors import BadCredentials
from chalicelib.events.publisher import Publisher
from chalicelib.models.requests import Login, Signup
from chalicelib.services.passwords import Passwords
from chalicelib.services.rate_limit import Attempt, RateLimits, check_all
from chalicelib.services.sessions import Sessions
from chalicelib.services.tokens import Credentials, Tokens
from chalicelib.services.users import User, Users


@dataclass(frozen=True)
class Client:
    """Where a request comes from, as API Gateway tells it: never a header that the client could set."""

    ip: str
    user_agent: str


@dataclass(frozen=True)
class SignedIn:
    user: User
    token: str
    credentials: Credentials


class Accounts:
    def __init__(
        self,
        redis: RedisClient,
        users: Users,
        sessions: Sessions,
        tokens: Tokens,
        passwords: Passwords,
        limits: RateLimits,
        publisher: Publisher,
    ) -> None:
        self._redis = redis
        self._users = users
        self._sessions = sessions
        self._tokens = tokens
        self._passwords = passwords
        self._limits = limits
        self._publisher = publisher

    def sign_up(self, signup: Signup, client: Client) -> SignedIn:
        """Make an account and its first session. Raises EmailTaken, RateLimited, Unavailable."""
        attempt = self._limits.guarded_attempt(client.ip, "signup")
        self._redis.fetch(attempt.count)
        attempt.check()
        user_id = ObjectId()
        password_hash = self._passwords.hash(signup.password)
        # The session first: the user's document is the commit, and a session without a user opens nothing.
        credentials, _ = self._sessions.start(str(user_id), 0, ip=client.ip, user_agent=client.user_agent, login=False)
        user, written = self._users.create(user_id, signup, _normal(signup.emailId), password_hash)
        self._publisher.publish(written)
        return SignedIn(user, self._tokens.sign_session(credentials), credentials)

    def log_in(self, login: Login, client: Client) -> SignedIn:
        """Raises BadCredentials, RateLimited (by address and by account, known or not), Unavailable."""
        email_id = _normal(login.emailId)
        attempts = [self._limits.guarded_attempt(subject, "login") for subject in (client.ip, email_id)]
        self._redis.fetch(*(attempt.count for attempt in attempts))
        check_all(attempts)
        record = self._users.read_for_login(email_id)
        matches = self._passwords.matches(login.password, record.password_hash if record else None)
        if record is None or not matches:
            raise BadCredentials
        # The epoch read with the hash: where the password changes meanwhile, this session is over before it begins.
        return self.begin_session(record.user, client, attempts, login=True)

    def begin_session(self, user: User, client: Client, attempts: Sequence[Attempt], *, login: bool) -> SignedIn:
        """A session for who has just proved to be this user, of the epoch that was read with the proof.

        The attempts at it are taken back, and the user's copy is filled as a request would fill it. Raises Unavailable.
        """
        warming = self._users.warming(user.userId)
        credentials, written = self._sessions.start(
            user.userId,
            user.sessionEpoch,
            warming,
            *(attempt.withdrawal() for attempt in attempts),
            ip=client.ip,
            user_agent=client.user_agent,
            login=login,
        )
        _filled = warming.value
        if written is not None:
            self._publisher.publish(written)
        return SignedIn(user, self._tokens.sign_session(credentials), credentials)


def _normal(email_id: str) -> str:
    return email_id.lower()
