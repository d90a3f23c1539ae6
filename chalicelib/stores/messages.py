"""Reading messages in MongoDB, in their present states, wherever they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from chalicelib.caching.recent import Recent
from chalicelib.caching.recent_messages import SIZE
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.responses import HistoryResponse, MessageResponse
from chalicelib.stores.conversation_tail import TAIL, tail_of
from chalicelib.stores.message_requests import REQUESTS, undecided_in
from chalicelib.stores.message_state import changed_of, present, response
from chalicelib.stores.open_conversation import opened


@dataclass(frozen=True)
class Head:
    """How far a conversation has come: its newest message, its latest change, and how far each user has read.

    `undecided` are the users who have not accepted it, so that nobody else may see how far they have read.
    """

    last_seq: int = 0
    last_change: int = 0
    read_seq: Mapping[str, int] = field(default_factory=dict)
    undecided: Collection[str] = ()


@dataclass(frozen=True)
class Missed:
    """What a device missed: messages ascending by seq, and then changes of those that it had, ascending by change.

    With these it has all changes up to `last_change` of the messages that it has then. `is_all` says that nothing
    else was missed. `read_seq` is {userId: the seq up to which they have read}, and `undecided` as in Head.
    """

    messages: list[MessageResponse]
    changed: list[MessageResponse]
    last_change: int
    is_all: bool
    read_seq: Mapping[str, int]
    undecided: Collection[str]


@dataclass(frozen=True)
class MessageStore:
    mongo: MongoDatabase

    def at(self, seqs: Mapping[str, int]) -> list[MessageResponse]:
        """Find the messages at {conversationId: seq}, leaving out those that do not exist. Raises Unavailable."""
        if not seqs:
            return []
        with self.mongo.guard(), self.mongo.client.start_session() as session:
            # The tails first, so that a message that is moved meanwhile is not missed.
            conversations = list(self.mongo.conversations.find({"_id": {"$in": list(seqs)}}, TAIL, session=session))
            tails = map(tail_of, conversations)
            found = [message for tail in tails for message in tail if message["seq"] == seqs[message["conversationId"]]]
            moved = seqs.keys() - {message["conversationId"] for message in found}
            if moved:
                places = [
                    {"conversationId": conversation_id, "seq": seqs[conversation_id]} for conversation_id in moved
                ]
                changed = {conversation["_id"]: changed_of(conversation) for conversation in conversations}
                found += [
                    present(message, changed[message["conversationId"]].get(message["seq"]))
                    for message in self.mongo.messages.find({"$or": places}, session=session)
                ]
        return [response(message) for message in found]

    def newest(self, conversation_id: str) -> Recent:
        """Return the newest messages of a conversation, as the cache holds them. Raises Unavailable."""
        page = self.page(conversation_id, before=None, after=None, limit=SIZE)
        return Recent(page.messages, from_beginning=not page.hasMore, last_change=page.lastChange)

    def page(self, conversation_id: str, *, before: int | None, after: int | None, limit: int) -> HistoryResponse:
        """Return messages ascending by seq: the first `limit` above `after`, or else the last ones below `before`.

        Raises Unavailable.
        """
        with opened(self.mongo, conversation_id) as conversation:
            if after is None:
                return conversation.preceding(before, limit=limit)
            page = conversation.following(after, limit=limit, max_bytes=None)
            return msgspec.structs.replace(page, lastChange=conversation.last_change)

    def following(
        self, conversation_id: str, *, after: int, limit: int, max_bytes: int | None = None
    ) -> HistoryResponse:
        """Return the `first_page` of the messages above `after`, reading hardly more than that from MongoDB.

        Raises Unavailable.
        """
        with opened(self.mongo, conversation_id) as conversation:
            return conversation.following(after, limit=limit, max_bytes=max_bytes)

    def heads(self, conversation_ids: Sequence[str]) -> Mapping[str, Head]:
        """Return the heads of those of these conversations that exist. Raises Unavailable."""
        if not conversation_ids:
            return {}
        projection = {"lastSeq": 1, "lastChange": 1, "readSeq": 1, **REQUESTS}
        with self.mongo.guard():
            found = self.mongo.conversations.find({"_id": {"$in": list(conversation_ids)}}, projection)
            return {
                each["_id"]: Head(each["lastSeq"], each.get("lastChange", 0), each["readSeq"], undecided_in(each))
                for each in found
            }

    def missed(self, conversation_id: str, *, after_seq: int, after_change: int, limit: int, max_bytes: int) -> Missed:
        """Return what a device missed that has the messages up to `after_seq`, and their changes up to `after_change`.

        Messages come before changes where not all of them fit into `limit` and `max_bytes`. Raises Unavailable.
        """
        with opened(self.mongo, conversation_id) as conversation:
            new = conversation.following(after_seq, limit=limit, max_bytes=max_bytes)
            changed = conversation.changed_after(
                after_change,
                up_to=after_seq,
                limit=limit - len(new.messages),
                max_bytes=max_bytes - len(msgspec.json.encode(new.messages)),
            )
            last_change = conversation.last_change
            if changed.hasMore:
                last_change = _change(changed.messages[-1]) if changed.messages else after_change
            return Missed(
                messages=new.messages,
                changed=changed.messages,
                last_change=last_change,
                is_all=not (new.hasMore or changed.hasMore),
                read_seq=conversation.read_seq,
                undecided=conversation.undecided,
            )


def _change(message: MessageResponse) -> int:
    """Return the number of the latest change of a message that was changed."""
    if isinstance(message.change, msgspec.UnsetType):
        raise TypeError(message)
    return message.change
