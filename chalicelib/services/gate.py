"""The gate: whether a request may pass, found out in the same round trip that brings what it came for."""

from dataclasses import dataclass

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import Clock
from chalicelib.errors import Unauthorized
from chalicelib.security.rate_limits import RateLimits
from chalicelib.security.tokens import Credentials
from chalicelib.settings.rate_limits import Endpoint
from chalicelib.stores.sessions import Session, SessionStore
from chalicelib.stores.users import User, UserStore


@dataclass(frozen=True)
class Principal:
    """A signed-in user. Only the gate makes one, so who holds one has passed it."""

    user: User
    session_id: str

    @property
    def user_id(self) -> str:
        return self.user.userId


@dataclass(frozen=True, kw_only=True)
class Gate:
    redis: RedisClient
    sessions: SessionStore
    users: UserStore
    limits: RateLimits
    clock: Clock

    def admit(self, credentials: Credentials, endpoint: Endpoint, *reads: Lookup[object]) -> Principal:
        """Check session, user and rate limit, and fetch `reads`, all in one round trip.

        Raises Unauthorized, RateLimited, or Unavailable where the truth is needed and cannot be had. The values of
        `reads` are the caller's only once this has returned.
        """
        session = self.sessions.lookup(credentials.session_id)
        user = self.users.lookup(credentials.user_id)
        attempt = self.limits.attempt(credentials.user_id, endpoint)
        self.redis.fetch(session, user, attempt.count, *reads)
        principal = self._principal(credentials, session.resolve(), user.resolve())
        if principal is None:
            # A stolen token of an ended session must not use up its owner's limit.
            attempt.take_back()
            raise Unauthorized
        attempt.check()
        return principal

    def confirm(self, credentials: Credentials) -> None:
        """Check session and user once more, after a write that `admit` let pass. Raises Unauthorized, Unavailable."""
        session = self.sessions.lookup(credentials.session_id)
        user = self.users.lookup(credentials.user_id)
        self.redis.fetch(session, user)
        if self._principal(credentials, session.resolve(), user.resolve()) is None:
            raise Unauthorized

    def _principal(self, credentials: Credentials, session: Session | None, user: User | None) -> Principal | None:
        if session is None or user is None or session.ended or session.expiresAt <= self.clock():
            return None
        if session.epoch > user.sessionEpoch:
            # No session is of a later epoch than its user: this copy is older than a write that could not delete it.
            user = self.users.reload(user.userId)
            if user is None:
                return None
        if session.userId != user.userId or session.epoch != user.sessionEpoch:
            return None
        return Principal(user, credentials.session_id)
