"""What a user wants to be told: read and changed by themselves, and by the link in a mail that they want no more of."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from chalicelib.clients.redis.client import RedisClient
from chalicelib.errors import NotFound
from chalicelib.events.publisher import Publisher
from chalicelib.models.requests import PreferencesChange
from chalicelib.models.responses import PreferencesResponse
from chalicelib.security.rate_limits import RateLimits
from chalicelib.security.tokens import Credentials
from chalicelib.security.unsubscribe_links import UnsubscribeLinks
from chalicelib.services.gate import Gate
from chalicelib.stores.users import UserStore


@dataclass(frozen=True, kw_only=True)
class NotificationPreferencesService:
    """Every method raises RateLimited and Unavailable."""

    redis: RedisClient
    gate: Gate
    users: UserStore
    rate_limits: RateLimits
    links: UnsubscribeLinks
    publisher: Publisher

    def own(self, credentials: Credentials) -> PreferencesResponse:
        """Return the user's preferences. Raises Unauthorized."""
        return PreferencesResponse.of(self.gate.admit(credentials, "notifications").user.notify)

    def change(self, credentials: Credentials, change: PreferencesChange) -> PreferencesResponse:
        """Change what is given, and nothing else. Raises Unauthorized."""
        principal = self.gate.admit(credentials, "notifications")
        fields = dict(_changed(change))
        if not fields:
            return PreferencesResponse.of(principal.user.notify)
        user, written = self.users.change(principal.user_id, fields)
        self.publisher.publish(written)
        return PreferencesResponse.of(user.notify)

    def unsubscribe(self, token: str) -> None:
        """End the mails of one kind to one user, whom the signed token names. It may be repeated.

        Attempts are counted by the user whom the token names, not by network: the servers of a mail provider use the
        links of all its customers, and nobody can guess one. Whoever has left is answered alike. Raises LinkGone.
        """
        wish = self.links.verify(token)
        attempt = self.rate_limits.attempt(wish.user_id, "unsubscribe")
        user_lookup = self.users.lookup(wish.user_id)
        self.redis.fetch(attempt.count_lookup, user_lookup)
        attempt.check()
        user = user_lookup.resolve()
        if user is None or user.has_left or not user.notify.of(wish.kind).mail:
            return
        with suppress(NotFound):  # they have left since
            _, written = self.users.change(wish.user_id, {f"notify.{wish.kind}.mail": False})
            self.publisher.publish(written)


def _changed(change: PreferencesChange) -> Iterator[tuple[str, object]]:
    """Yield the fields of the user's document that a change sets, and their values."""
    for name, value in msgspec.structs.asdict(change).items():
        if isinstance(value, msgspec.Struct):
            for channel, wanted in msgspec.structs.asdict(value).items():
                if wanted is not UNSET:
                    yield f"notify.{name}.{channel}", wanted
        elif value is not UNSET:
            yield f"notify.{name}", value
