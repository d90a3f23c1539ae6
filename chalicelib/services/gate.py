"""The gate: whether a request may pass, found out in the same round trip that brings what it came for."""

from dataclasses import dataclass

from chalicelib.clients.redis_client import Read, RedisClient
from chalicelib.clock import Clock
from chalicelib.errors import Unauthorized
from chalicelib.services.rate_limit import RateLimits
from chalicelib.services.sessions import Session, Sessions
from chalicelib.services.tokens import Credentials
from chalicelib.services.users import User, Users


@dataclass(frozen=True)
class Principal:
    """A signed-in user. Only the gate makes one, so who holds one has passed it."""

    user: User
    session_id: str

    @property
    def user_id(self) -> str:
        return self.user.userId


class Gate:
    def __init__(self, redis: RedisClient, sessions: Sessions, users: Users, limits: RateLimits, clock: Clock) -> None:
        self._redis = redis
        self._sessions = sessions
        self._users = users
        self._limits = limits
        self._clock = clock

    def admit(self, credentials: Credentials, endpoint: str, *reads: Read[object]) -> Principal:
        """Check session, user and rate limit, and fetch `reads`, all in one round trip.

        Raises Unauthorized, RateLimited, or Unavailable where the truth is needed and cannot be had. The values of
        `reads` are the caller's only once this has returned.
        """
        session = self._sessions.read(credentials.session_id)
        user = self._users.read(credentials.user_id)
        attempt = self._limits.attempt(credentials.user_id, endpoint)
        self._redis.fetch(session, user, attempt.count, *reads)
        principal = self._principal(credentials, session.value, user.value)
        if principal is None:
            # A stolen token of an ended session must not use up its owner's limit.
            attempt.take_back()
            raise Unauthorized
        attempt.check()
        return principal

    def confirm(self, credentials: Credentials) -> None:
        """Check session and user once more, after a write that `admit` let pass. Raises Unauthorized, Unavailable."""
        session = self._sessions.read(credentials.session_id)
        user = self._users.read(credentials.user_id)
        self._redis.fetch(session, user)
        if self._principal(credentials, session.value, user.value) is None:
            raise Unauthorized

    def _principal(self, credentials: Credentials, session: Session | None, user: User | None) -> Principal | None:
        if session is None or user is None or session.ended or session.expiresAt <= self._clock():
            return None
        if session.epoch > user.sessionEpoch:
            # No session is of a later epoch than its user: this copy is older than a write that could not delete it.
            user = self._users.reload(user.userId)
            if user is None:
                return None
        if session.userId != user.userId or session.epoch != user.sessionEpoch:
            return None
        return Principal(user, credentials.session_id)
