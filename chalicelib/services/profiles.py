"""Profiles: one's own, and those of others."""

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
from chalicelib.stores.users import UserStore


@dataclass(frozen=True, kw_only=True)
class Profiles:
    gate: Gate
    users: UserStore
    publisher: Publisher
    clock: Clock

    def own(self, credentials: Credentials) -> UserResponse:
        """Raises Unauthorized, RateLimited, Unavailable, as every method here."""
        return self.gate.admit(credentials, "profile").user.response(to_oneself=True)

    def of(self, credentials: Credentials, user_id: str) -> UserResponse:
        """Another user's profile, which is one PROFILE_VIEW, at most once. Raises NotFound."""
        lookup = self.users.lookup(user_id)
        principal = self.gate.admit(credentials, "users", lookup)
        user = lookup.resolve()
        if user is None:
            raise NotFound("There is no such user.")
        if user_id == principal.user_id:
            return user.response(to_oneself=True)
        # Nothing is written that it could ride on: where Kafka is down, the view is lost.
        self.publisher.announce(new_event("PROFILE_VIEW", principal.user_id, self.clock, viewedUserId=user_id))
        return user.response()

    def change(self, credentials: Credentials, change: ProfileChange) -> UserResponse:
        """Change what is given, and nothing else."""
        principal = self.gate.admit(credentials, "profile")
        fields = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
        if not fields:
            return principal.user.response(to_oneself=True)
        user, written = self.users.change(principal.user_id, fields)
        self.publisher.publish(written)
        return user.response(to_oneself=True)
