"""Message requests as their receiver sees and answers them. The sender is told nothing of either."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.errors import BadRequest, Conflict, NotFound
from chalicelib.models.pushed import MessageRequestEvent
from chalicelib.models.requests import MessageRequestsQuery
from chalicelib.models.responses import ConversationsResponse, MessageRequestResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import Credentials
from chalicelib.services.conversation_responses import conversation_response
from chalicelib.services.gate import Gate
from chalicelib.stores.conversations import ConversationStore
from chalicelib.stores.message_requests import MessageRequestStore


@dataclass(frozen=True, kw_only=True)
class MessageRequests:
    """Every method raises Unauthorized, RateLimited and Unavailable.

    A user has one request of each stranger at most, whatever that one writes, so nobody takes the room of others: there
    is no bound that they could fill.
    """

    gate: Gate
    conversations: ConversationStore
    requests: MessageRequestStore
    delivery: Delivery

    def page(self, credentials: Credentials, query: MessageRequestsQuery) -> ConversationsResponse:
        """Return a page of the requests that wait, or of the ignored ones, the newest first; of nobody who is blocked.

        Raises BadRequest for an unknown `before`.
        """
        user = self.gate.admit(credentials, "conversations").user
        summaries, has_more = self.conversations.requests(
            user.userId,
            before=query.before,
            limit=query.limit,
            state="ignored" if query.ignored == "true" else "waiting",
            without=user.blocked,
        )
        return ConversationsResponse(
            conversations=[conversation_response(summary, user.userId) for summary in summaries], hasMore=has_more
        )

    def answer(
        self, credentials: Credentials, other_id: str, status: Literal["accepted", "ignored"]
    ) -> MessageRequestResponse:
        """Accept or ignore what the other user has written, and push that to the user's own devices.

        The same answer again changes nothing, and is pushed again. An ignored request may be accepted.
        Raises BadRequest; NotFound where that user has written nothing; Conflict where it is accepted.
        """
        user_id = credentials.user_id
        if other_id == user_id:
            raise BadRequest({"userId": "it is your own"})
        sockets_lookup = self.delivery.lookup_sockets(user_id)
        self.gate.admit(credentials, "conversations", sockets_lookup)
        if status == "accepted":
            became = "accepted" if self.requests.accept(user_id, other_id) else None
        else:
            became = self.requests.ignore(user_id, other_id)
        if became is None:
            raise NotFound("There is no such request.")
        if became != status:
            raise Conflict("This conversation was accepted: mute it, or block the user.")
        self.delivery.deliver(sockets_lookup.resolve(), MessageRequestEvent(userId=other_id, status=status))
        return MessageRequestResponse(userId=other_id, status=status)
