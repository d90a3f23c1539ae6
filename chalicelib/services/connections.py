"""Connections between users: a request, and the answer to it.

    nothing --interested--> interested --accepted--> accepted
       |                        '------rejected--> rejected
       '-----ignored----> ignored

A request towards a user who is interested already is an acceptance.

Either of the two users may make the first move; only the other one may answer an interest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from chalicelib.clients.redis.lookup import Lookup
from chalicelib.errors import BadRequest, Blocked, Conflict, NotFound, Unavailable, Unverified
from chalicelib.events.outbox import Written
from chalicelib.events.publisher import Publisher
from chalicelib.models.documents import ConnectionDocument
from chalicelib.models.requests import PeopleQuery
from chalicelib.models.responses import ConnectionRequestsResponse, ConnectionsResponse, UserCard
from chalicelib.security.quotas import noting_refusal
from chalicelib.security.rate_limits import RateLimits
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.connections import ConnectionStore
from chalicelib.stores.message_requests import MessageRequestStore
from chalicelib.stores.user_cards import UserCards
from chalicelib.stores.users import User, UserStore

_OTHER_STATUS = "There is something else between you and this user already."


@dataclass(frozen=True)
class FirstMove:
    """What stands between two users after a request, as the one who made it is told."""

    status: Literal["interested", "ignored", "accepted"]
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Connections:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    gate: Gate
    rate_limits: RateLimits
    users: UserStore
    cards: UserCards
    connections: ConnectionStore
    message_requests: MessageRequestStore
    publisher: Publisher

    def request(self, credentials: Credentials, to_user_id: str, status: Literal["interested", "ignored"]) -> FirstMove:
        """Make the first move towards a user, or make it again, which changes nothing.

        Where the other user is interested already, the two want the same, and are connected.
        How many users one asks in a day is limited: RateLimited.
        Raises BadRequest, NotFound, Blocked; Unverified where a user whose address is not confirmed asks a stranger;
        Conflict where something else stands between the two already.
        """
        user_id = credentials.user_id
        requests = self.rate_limits.successes(user_id, "connection-request")
        user = self._admit(credentials, to_user_id, requests.room_lookup)
        if status == "interested":
            if not user.emailVerified:
                self._check_known(user_id, to_user_id)
            with noting_refusal("connection-request", requests.limit):
                requests.check()
        move = self._first_move(user_id, to_user_id, status)
        if move.is_new and status == "interested":
            requests.count()
        return move

    def _first_move(self, user_id: str, to_user_id: str, status: Literal["interested", "ignored"]) -> FirstMove:
        stored, written = self.connections.insert(user_id, to_user_id, status)
        if stored:
            if written is not None:
                self.publisher.publish(written)
            return FirstMove(status, is_new=True)
        known = self._known(user_id, to_user_id)
        if known["fromUserId"] == user_id:
            # The response does not tell users that they were rejected.
            if status != ("ignored" if known["status"] == "ignored" else "interested"):
                raise Conflict(_OTHER_STATUS)
            return FirstMove(status, is_new=False)
        if known["status"] == "ignored":
            return self._unheard(user_id, to_user_id, status)
        if status == "interested":
            return self._agree(user_id, to_user_id)
        raise Conflict(_OTHER_STATUS)

    def answer(self, credentials: Credentials, from_user_id: str, status: Literal["accepted", "rejected"]) -> None:
        """Answer a request that this user was sent. The same answer again changes nothing.

        Raises BadRequest, Blocked; NotFound where there is no such user or request; Conflict where there is nothing
        to answer, or another answer already.
        """
        self._admit(credentials, from_user_id)
        to_user_id = credentials.user_id
        written = self.connections.answer(to_user_id, from_user_id, status)
        if written is not None:
            self._follow(written, to_user_id, from_user_id, status)
            return
        known = self.connections.find(to_user_id, from_user_id)
        # A user who is ignored is told the same as a stranger.
        if known is None or known["status"] == "ignored":
            raise NotFound("There is no such request.")
        if (known["toUserId"], known["status"]) != (to_user_id, status):
            raise Conflict(_OTHER_STATUS)

    def accepted(self, credentials: Credentials, query: PeopleQuery) -> ConnectionsResponse:
        """Return the users who are connected with this one, the newest requests first. Raises BadRequest."""
        cards, has_more = self._page(credentials, query, self.connections.accepted)
        return ConnectionsResponse(connections=cards, hasMore=has_more)

    def requests(self, credentials: Credentials, query: PeopleQuery) -> ConnectionRequestsResponse:
        """Return the users who wait for this one's answer, the newest requests first. Raises BadRequest."""
        cards, has_more = self._page(credentials, query, self.connections.requests)
        return ConnectionRequestsResponse(requests=cards, hasMore=has_more)

    def _admit(self, credentials: Credentials, other_id: str, *lookups: Lookup[object]) -> User:
        if other_id == credentials.user_id:
            raise BadRequest({"userId": "it is your own"})
        lookup = self.users.lookup(other_id)
        user = self.gate.admit(credentials, "connections", lookup, *lookups).user
        other = lookup.resolve()
        if other is None or other.is_absent:
            raise NotFound("There is no such user.")
        if credentials.user_id in other.blocked:
            raise Blocked("This user does not connect with you.")
        return user

    def _check_known(self, user_id: str, other_id: str) -> None:
        """Raises Unverified where nothing is between the two that this user may know of, such as a request to them."""
        known = self.connections.find(user_id, other_id)
        if known is None or (known["status"] == "ignored" and known["toUserId"] == user_id):
            raise Unverified

    def _known(self, user_id: str, other_id: str) -> ConnectionDocument:
        """The connection that an insert has met. Raises Unavailable."""
        known = self.connections.find(user_id, other_id)
        if known is None:
            raise Unavailable  # it is stored, but not by a majority yet
        return known

    def _unheard(self, user_id: str, ignored_by: str, status: Literal["interested", "ignored"]) -> FirstMove:
        """Give a user who is ignored the answers that a stranger gets. Raises Conflict as a stranger's request does."""
        if self.connections.store_unheard(user_id, ignored_by, status):
            return FirstMove(status, is_new=True)
        if self._known(user_id, ignored_by).get("unheardStatus") != status:
            raise Conflict(_OTHER_STATUS)
        return FirstMove(status, is_new=False)

    def _agree(self, user_id: str, other_id: str) -> FirstMove:
        """Accept the other user's request by making the same one. Raises Conflict where it was rejected."""
        written = self.connections.answer(user_id, other_id, "accepted")
        if written is not None:
            self._follow(written, user_id, other_id, "accepted")
        elif self._known(user_id, other_id)["status"] != "accepted":
            raise Conflict(_OTHER_STATUS)
        return FirstMove("accepted", is_new=False)

    def _follow(self, written: Written, user_id: str, other_id: str, status: str) -> None:
        """Whoever connects accepts what the other has written. The effect of the event does the same again."""
        self.publisher.publish(written)
        if status == "accepted":
            self.message_requests.accept_between([(user_id, other_id)])

    def _last_of_page_before(self, user_id: str, query: PeopleQuery) -> ConnectionDocument | None:
        """The connection after which a page starts, whatever has changed since the previous page was read."""
        if query.before is None:
            return None
        last = self.connections.find(user_id, query.before)
        if last is None or _is_hidden(last, user_id):
            raise BadRequest({"before": "there is nothing between you and this user"})
        return last

    def _page(
        self,
        credentials: Credentials,
        query: PeopleQuery,
        find: Callable[[str, ConnectionDocument | None, int], Sequence[ConnectionDocument]],
    ) -> tuple[list[UserCard], bool]:
        """Return the cards of the other users, and whether there are more. Users who no longer exist are left out."""
        self.gate.admit(credentials, "connections")
        user_id = credentials.user_id
        found = find(user_id, self._last_of_page_before(user_id, query), query.limit + 1)
        others = [_other(connection, user_id) for connection in found[: query.limit]]
        cards = self.cards.of(others)
        return [cards[other] for other in others if other in cards], len(found) > query.limit


def _other(connection: ConnectionDocument, user_id: str) -> str:
    return connection["toUserId"] if connection["fromUserId"] == user_id else connection["fromUserId"]


def _is_hidden(connection: ConnectionDocument, user_id: str) -> bool:
    """Whether the connection is that somebody ignores this user, who then sees nothing of it."""
    return connection["status"] == "ignored" and connection["toUserId"] == user_id and "unheardStatus" not in connection
