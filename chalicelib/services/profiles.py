"""Profiles: the user's own, and those of others."""

from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from chalicelib.clock import Clock
from chalicelib.errors import NotFound
from chalicelib.events.envelope import new_event
from chalicelib.events.publisher import Publisher
from chalicelib.models.requests import ProfileChange
from chalicelib.models.responses import UserResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.users import User, UserStore
from chalicelib.stores.visibility import SETTINGS


@dataclass(frozen=True, kw_only=True)
class Profiles:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    gate: Gate
    users: UserStore
    presence: PresenceStore
    publisher: Publisher
    clock: Clock

    def own(self, credentials: Credentials) -> UserResponse:
        return self.gate.admit(credentials, "profile").user.response(with_email=True)

    def of(self, credentials: Credentials, user_id: str) -> UserResponse:
        """Return a user's profile. Viewing another user announces a PROFILE_VIEW, at most once. Raises NotFound."""
        lookup = self.users.lookup(user_id)
        principal = self.gate.admit(credentials, "users", lookup)
        user = lookup.resolve()
        if user is None or user.is_absent:
            raise NotFound("There is no such user.")
        if user_id == principal.user_id:
            return user.response(with_email=True)
        # No document is written that could hold the event as pending: while Kafka is down, the view is lost.
        self.publisher.announce(new_event("PROFILE_VIEW", principal.user_id, self.clock, viewedUserId=user_id))
        return user.response()

    def change(self, credentials: Credentials, change: ProfileChange) -> UserResponse:
        """Change the fields that are given, and no others.

        Whoever hides something is hidden once this returns; the consumer tells those who watch them.
        """
        principal = self.gate.admit(credentials, "profile")
        fields = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
        if not fields:
            return principal.user.response(with_email=True)
        user, written = self.users.change(principal.user_id, fields)
        with self.publisher.publishing(written):
            if SETTINGS & fields.keys():
                self._show(user)
        return user.response(with_email=True)

    def _show(self, user: User) -> None:
        self.presence.show(user.userId, hidden=user.is_invisible)
        if user.hides_last_seen:
            self.presence.forget_last_seen(user.userId)
