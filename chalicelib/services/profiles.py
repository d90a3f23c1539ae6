"""Profiles: one's own, and those of others."""

import msgspec
from msgspec import UNSET

from chalicelib.clock import Clock
from chalicelib.errors import NotFound
from chalicelib.events.envelope import new_event
from chalicelib.events.publisher import Publisher
from chalicelib.models.answers import UserAnswer
from chalicelib.models.requests import ProfileChange
from chalicelib.services.gate import Gate
from chalicelib.services.tokens import Credentials
from chalicelib.services.users import Users


class Profiles:
    def __init__(self, gate: Gate, users: Users, publisher: Publisher, clock: Clock) -> None:
        self._gate = gate
        self._users = users
        self._publisher = publisher
        self._clock = clock

    def own(self, credentials: Credentials) -> UserAnswer:
        """Raises Unauthorized, RateLimited, Unavailable, as every method here."""
        return self._gate.admit(credentials, "profile").user.answer(to_oneself=True)

    def of(self, credentials: Credentials, user_id: str) -> UserAnswer:
        """Another user's profile, which is one PROFILE_VIEW, at most once. Raises NotFound."""
        user = self._users.read(user_id)
        principal = self._gate.admit(credentials, "users", user)
        if user.value is None:
            raise NotFound("There is no such user.")
        if user_id == principal.user_id:
            return user.value.answer(to_oneself=True)
        # Nothing is written that it could ride on: where Kafka is down, the view is lost.
        self._publisher.announce(new_event("PROFILE_VIEW", principal.user_id, self._clock, viewedUserId=user_id))
        return user.value.answer()

    def change(self, credentials: Credentials, change: ProfileChange) -> UserAnswer:
        """Change what is given, and nothing else."""
        principal = self._gate.admit(credentials, "profile")
        fields = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
        if not fields:
            return principal.user.answer(to_oneself=True)
        user, written = self._users.change(principal.user_id, fields)
        self._publisher.publish(written)
        return user.answer(to_oneself=True)
