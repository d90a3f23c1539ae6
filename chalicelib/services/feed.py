"""The feed: users whom somebody has not met yet.

It begins with a ranked list of those who share most with its reader, and goes on with everybody else, the newest
accounts first. All pages of one feed follow one list, which their cursor names.
"""

from dataclasses import dataclass

from chalicelib.errors import BadRequest
from chalicelib.models.documents import FeedList
from chalicelib.models.requests import FeedQuery
from chalicelib.models.responses import PeopleResponse, UserCard
from chalicelib.models.search_terms import skill_terms
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.feed import FeedStore
from chalicelib.stores.feed_lists import FeedLists
from chalicelib.stores.feed_ranking import FeedRanking
from chalicelib.stores.users import User


@dataclass(frozen=True, kw_only=True)
class Feed:
    gate: Gate
    feed: FeedStore
    lists: FeedLists
    ranking: FeedRanking

    def page(self, credentials: Credentials, query: FeedQuery) -> PeopleResponse:
        """Return users without a connection of any status to this user, and without a block in either direction.

        Raises BadRequest where the cursor's list is no longer kept, Unauthorized, RateLimited, Unavailable.
        """
        user = self.gate.admit(credentials, "feed").user
        list_id, _, last = (query.cursor or "").partition(".")
        of_feed = self._known(user, list_id) if list_id else self._begun(user)
        found = self._after(user, of_feed, last or None, query.limit + 1)
        has_more = len(found) > query.limit
        users = found[: query.limit]
        return PeopleResponse(
            users=users, hasMore=has_more, next=f"{of_feed['listId']}.{users[-1].userId}" if has_more else None
        )

    def _known(self, user: User, list_id: str) -> FeedList:
        known = self.lists.find(user.userId, list_id)
        if known is None:
            raise BadRequest({"cursor": "it is too old: begin again without it"})
        return known

    def _begun(self, user: User) -> FeedList:
        skills = skill_terms(user.skills)
        fresh = self.lists.fresh(user.userId, skills)
        return fresh or self.lists.add(user.userId, skills, self.ranking.best(user.userId, skills))

    def _after(self, user: User, of_feed: FeedList, last: str | None, limit: int) -> list[UserCard]:
        """Return the users after the one that the previous page ended with, be it in the ranked list or not."""
        ranked = of_feed["ranked"]
        places = {str(user_id): place for place, user_id in enumerate(ranked, 1)}
        found: list[UserCard] = []
        if last is None or last in places:
            rest = ranked[places.get(last or "", 0) :]
            found = self.feed.ranked(user.userId, user.blocked, rest, limit=limit)
            last = None
        if len(found) < limit:
            found += self.feed.strangers(user.userId, user.blocked, ranked, before=last, limit=limit - len(found))
        return found
