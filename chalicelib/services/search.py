"""The search for people by the beginnings of their names, and by their skills."""

from dataclasses import dataclass

from chalicelib.errors import BadRequest
from chalicelib.models.requests import SearchQuery
from chalicelib.models.responses import PeopleResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.people_search import PeopleSearch


@dataclass(frozen=True, kw_only=True)
class Search:
    gate: Gate
    people: PeopleSearch

    def page(self, credentials: Credentials, query: SearchQuery) -> PeopleResponse:
        """Return other users who have all of the wanted names and skills, and no block in either direction.

        Raises BadRequest where nothing is sought, Unauthorized, RateLimited, Unavailable.
        """
        user = self.gate.admit(credentials, "search").user
        if not query.wanted:
            raise BadRequest({"q": "it is required where there are no skills"})
        found = self.people.page(user.userId, user.blocked, query.wanted, before=query.cursor, limit=query.limit)
        return PeopleResponse(users=found.users, hasMore=found.rest is not None, next=found.rest)
