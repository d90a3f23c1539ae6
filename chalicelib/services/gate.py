"""The gate: checks whether a request may pass, in the same round trip that fetches the data it needs."""

from dataclasses import dataclass

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.clock import Clock
from chalicelib.errors import Unauthorized
from chalicelib.security.quotas import Quota, note_quota, noting_refusal
from chalicelib.security.rate_limits import RateLimits
from chalicelib.security.tokens import Credentials
from chalicelib.settings.rate_limits import Endpoint
from chalicelib.stores.sessions import Session, SessionStore
from chalicelib.stores.users import User, UserStore


@dataclass(frozen=True)
class Principal:
    """A signed-in user. Only the gate creates one, so code that holds a Principal has passed the gate."""

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
    rate_limits: RateLimits
    clock: Clock

    def admit(
        self, credentials: Credentials, endpoint: Endpoint, *lookups: Lookup[object], number: int = 1
    ) -> Principal:
        """Check session, user and rate limit, and fetch `lookups`, all in one round trip.

        The request counts `number` times in the rate limit. A caller may resolve `lookups` only once this has returned.
        Raises Unauthorized, RateLimited, or Unavailable where MongoDB is needed and does not answer.
        """
        session_lookup = self.sessions.lookup(credentials.session_id)
        user_lookup = self.users.lookup(credentials.user_id)
        attempt = self.rate_limits.attempt(credentials.user_id, endpoint, number)
        with noting_refusal(endpoint, attempt.limit):
            attempt.check_known()
        self.redis.fetch(session_lookup, user_lookup, attempt.count_lookup, *lookups)
        principal = self._principal(credentials, session_lookup.resolve(), user_lookup.resolve())
        if principal is None:
            # A stolen token of an ended session must not use up its owner's rate limit.
            attempt.take_back()
            raise Unauthorized
        with noting_refusal(endpoint, attempt.limit):
            attempt.check()
        if (remaining := attempt.remaining) is not None:
            note_quota(Quota(endpoint, attempt.limit, remaining))
        return principal

    def confirm(self, credentials: Credentials) -> None:
        """Check session and user once more, after a write that `admit` allowed. Raises Unauthorized, Unavailable."""
        session_lookup = self.sessions.lookup(credentials.session_id)
        user_lookup = self.users.lookup(credentials.user_id)
        self.redis.fetch(session_lookup, user_lookup)
        if self._principal(credentials, session_lookup.resolve(), user_lookup.resolve()) is None:
            raise Unauthorized

    def _principal(self, credentials: Credentials, session: Session | None, user: User | None) -> Principal | None:
        if session is None or user is None or session.ended or session.expiresAt <= self.clock():
            return None
        if session.epoch > user.sessionEpoch:
            # No session has a later epoch than its user, so this copy is stale: a write failed to delete it.
            user = self.users.reload(user.userId)
            if user is None:
                return None
        if session.userId != user.userId or session.epoch != user.sessionEpoch:
            return None
        return Principal(user, credentials.session_id)
