"""The feed: users whom somebody has not met yet, the newest accounts first."""

from dataclasses import dataclass

from chalicelib.models.requests import PeopleQuery
from chalicelib.models.responses import FeedResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.feed import FeedStore


@dataclass(frozen=True, kw_only=True)
class Feed:
    gate: Gate
    feed: FeedStore

    def page(self, credentials: Credentials, query: PeopleQuery) -> FeedResponse:
        """Return users without a connection of any status to this user, and without a block in either direction.

        Raises Unauthorized, RateLimited, Unavailable.
        """
        user = self.gate.admit(credentials, "feed").user
        found = self.feed.strangers(user.userId, user.blocked, before=query.before, limit=query.limit + 1)
        return FeedResponse(users=found[: query.limit], hasMore=len(found) > query.limit)
