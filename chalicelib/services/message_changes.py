"""Changes of messages: edits, deletions for both users, and reactions."""

import logging
from dataclasses import dataclass

import msgspec
from msgspec import UNSET

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.errors import BadRequest, Unavailable
from chalicelib.events.publisher import Publisher
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import MessageChangedEvent, answering
from chalicelib.models.responses import MessageResponse
from chalicelib.push.delivery import Delivery
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.services.message_permissions import MessagePermissions
from chalicelib.settings.rate_limits import Endpoint
from chalicelib.stores.message_changes import Changed, MessageChanges
from chalicelib.stores.message_settling import MessageSettling
from chalicelib.stores.modifications import Deletion, Edit, Modification, Reaction

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ChangesOfMessages:
    """Every method returns the message with this seq, in the conversation with that user, in its new state.

    The state is pushed to all devices of both users, but to none of a user who has not accepted the conversation: the
    socket `from_socket`, which asked, takes it as its answer. A
    change that was made before is not made again, but answered and pushed alike.
    They raise BadRequest, NotFound, Unauthorized, RateLimited, Unavailable.
    """

    gate: Gate
    permissions: MessagePermissions
    changes: MessageChanges
    settling: MessageSettling
    recent_messages: RecentMessages
    delivery: Delivery
    publisher: Publisher

    def edit(
        self,
        credentials: Credentials,
        other_id: str,
        seq: int,
        text: str,
        *,
        from_socket: str | None = None,
        request_id: str | None = None,
    ) -> MessageResponse:
        """Give the user's own message another text.

        Raises Forbidden, TooLate, Conflict where it was deleted, NotFound, Blocked, ConnectionsOnly, Unanswered,
        Unverified.
        """
        self._require_permission(credentials, other_id, "message-edit")
        return self._change(credentials, other_id, seq, Edit(text), from_socket, request_id)

    def react(
        self,
        credentials: Credentials,
        other_id: str,
        seq: int,
        emoji: str | None,
        *,
        from_socket: str | None = None,
        request_id: str | None = None,
    ) -> MessageResponse:
        """Set the user's one reaction to a message, or take it back.

        Raises Conflict where it was deleted, NotFound, Blocked, ConnectionsOnly, Unanswered, Unverified.
        """
        self._require_permission(credentials, other_id, "message-react")
        return self._change(credentials, other_id, seq, Reaction(emoji), from_socket, request_id)

    def delete(
        self,
        credentials: Credentials,
        other_id: str,
        seq: int,
        *,
        from_socket: str | None = None,
        request_id: str | None = None,
    ) -> MessageResponse:
        """Delete the user's own message for both, also where the user may not write to the other. Raises Forbidden."""
        _require_other(credentials, other_id)
        self.gate.admit(credentials, "message-delete")
        return self._change(credentials, other_id, seq, Deletion(), from_socket, request_id)

    def _require_permission(self, credentials: Credentials, other_id: str, endpoint: Endpoint) -> None:
        """Who may not write to a user may not tell them anything by other means either."""
        _require_other(credentials, other_id)
        permission = self.permissions.ask(credentials, other_id, 1, endpoint=endpoint)
        if not permission.room:
            raise permission.refusal

    def _change(
        self,
        credentials: Credentials,
        other_id: str,
        seq: int,
        modification: Modification,
        from_socket: str | None,
        request_id: str | None,
    ) -> MessageResponse:
        own_id = credentials.user_id
        self.publisher.connect_soon()
        changed = self.changes.change(own_id, other_id, seq, modification)
        told = [own_id] if changed.is_request else [own_id, other_id]
        sockets_lookups = [self.delivery.lookup_sockets(user_id) for user_id in told]
        with self.publisher.publishing(changed.written):
            # The sockets are read after the change is stored: a device that connects later finds it in its sync.
            self.recent_messages.forget(changed.message.conversationId, *sockets_lookups)
            sockets = [socket for lookup in sockets_lookups for socket in lookup.resolve()]
            if changed.message.change is UNSET:
                sockets = []  # it was never changed, so there is nothing that an earlier attempt may have left to push
            event = MessageChangedEvent(**msgspec.structs.asdict(changed.message))
            pushes = {socket: [event] for socket in sockets}
            if from_socket is not None:
                pushes[from_socket] = [answering(event, request_id)]
            self.delivery.deliver_each(pushes)
            self._try_to_settle(pair_id(own_id, other_id), changed)
        return changed.message

    def _try_to_settle(self, conversation_id: str, changed: Changed) -> None:
        if not changed.unsettled:
            return
        try:
            self.settling.settle(conversation_id, changed.unsettled, moved_seq=changed.message.seq)
        except Unavailable as error:
            # The change is stored all the same, and the effect of its event settles it.
            log.warning("A state is not settled: %s", error, extra={"action": "settling_failed"})


def _require_other(credentials: Credentials, other_id: str) -> None:
    if other_id == credentials.user_id:
        raise BadRequest({"userId": "it is your own"})
