"""Messages in MongoDB: numbered by seq within their conversation, without gaps and without duplicates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from bson import ObjectId
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from chalicelib.caching.recent_messages import SIZE, Recent
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock, iso
from chalicelib.errors import Conflict, Unavailable
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.documents import MessageDocument
from chalicelib.models.pairs import pair_id
from chalicelib.models.responses import HistoryResponse, MessageResponse

RACE = timedelta(seconds=3)
"""How long a send tries to get a seq in a conversation in which others write at the same moment."""

_BATCH = 20
"""How many messages a cursor reads ahead: the largest ones have 20 KB each."""


@dataclass(frozen=True)
class Draft:
    """A message that has no seq yet."""

    from_user_id: str
    to_user_id: str
    text: str
    client_message_id: str

    @property
    def conversation_id(self) -> str:
        return pair_id(self.from_user_id, self.to_user_id)


@dataclass(frozen=True)
class Stored:
    """A stored message. `written` is its event, or None where it had been stored before."""

    message: MessageResponse
    document: MessageDocument
    written: Written | None


@dataclass(frozen=True)
class MessageStore:
    mongo: MongoDatabase
    clock: Clock

    def insert(self, draft: Draft, newest_seq: int | None) -> Stored:
        """Store a message with its MESSAGE_SENT; `newest_seq` is a hint. The insert is the commit.

        The unique index on (conversationId, seq) makes the loser of a race take the next seq, so a conversation has
        no gaps; the unique index on clientMessageId makes a repeated message find its original.
        Raises Conflict where the clientMessageId was used for another text; Unavailable: the message may or may not be
        stored, and may be sent again.
        """
        give_up_at = self.clock() + RACE
        seq = (self._last_seq(draft.conversation_id) if newest_seq is None else newest_seq) + 1
        while self.clock() < give_up_at:
            document, event = self._document(draft, seq)
            try:
                with self.mongo.guard():
                    self.mongo.messages.insert_one(document)
            except DuplicateKeyError:
                original = self._original(draft)
                if original is not None:
                    _require_same_text(original, draft)
                    return Stored(_response(original), original, None)
                seq = self._newest_stored_seq(draft.conversation_id) + 1
            else:
                return Stored(_response(document), document, Written(event, self.mongo.messages, document["_id"]))
        raise Unavailable

    def sent_before(self, draft: Draft) -> MessageResponse | None:
        """Find the message that was stored for the draft's clientMessageId. Raises as `insert` does."""
        original = self._original(draft)
        if original is None:
            return None
        _require_same_text(original, draft)
        return _response(original)

    def at(self, seqs: Mapping[str, int]) -> list[MessageResponse]:
        """Find the messages at {conversationId: seq}, leaving out those that do not exist. Raises Unavailable."""
        if not seqs:
            return []
        with self.mongo.guard():
            found = self.mongo.messages.find({"$or": seq_filters(seqs)})
            return [_response(document) for document in found]

    def newest(self, conversation_id: str) -> Recent:
        """Return the newest messages of a conversation, as the cache holds them. Raises Unavailable."""
        page = self.page(conversation_id, before=None, after=None, limit=SIZE)
        return Recent(page.messages, from_beginning=not page.hasMore)

    def page(self, conversation_id: str, *, before: int | None, after: int | None, limit: int) -> HistoryResponse:
        """Return messages ascending by seq: the first `limit` above `after`, or else the last ones below `before`.

        Raises Unavailable.
        """
        query: dict[str, object] = {"conversationId": conversation_id}
        if after is not None:
            query["seq"] = {"$gt": after}
        elif before is not None:
            query["seq"] = {"$lt": before}
        order = ASCENDING if after is not None else DESCENDING
        with self.mongo.guard():
            found = list(self.mongo.messages.find(query).sort("seq", order).limit(limit + 1))
        messages = sorted((_response(document) for document in found[:limit]), key=lambda message: message.seq)
        return HistoryResponse(messages=messages, hasMore=len(found) > limit)

    def following(self, conversation_id: str, *, after: int, limit: int, max_bytes: int) -> HistoryResponse:
        """Return the `first_page` of the messages above `after`, reading hardly more than that from MongoDB.

        Raises Unavailable.
        """
        later = self.mongo.messages.find({"conversationId": conversation_id, "seq": {"$gt": after}})
        with self.mongo.guard(), later.sort("seq", ASCENDING).limit(limit + 1).batch_size(_BATCH) as found:
            return first_page(map(_response, found), limit=limit, max_bytes=max_bytes)

    def _document(self, draft: Draft, seq: int) -> tuple[MessageDocument, Envelope]:
        message_id = ObjectId()
        event = new_event(
            "MESSAGE_SENT",
            draft.from_user_id,
            self.clock,
            messageId=str(message_id),
            conversationId=draft.conversation_id,
            seq=seq,
            toUserId=draft.to_user_id,
        )
        document = MessageDocument(
            _id=message_id,
            conversationId=draft.conversation_id,
            seq=seq,
            fromUserId=draft.from_user_id,
            toUserId=draft.to_user_id,
            clientMessageId=draft.client_message_id,
            text=draft.text,
            ts=self.clock(),
            pendingEvents=[pending(event, self.clock)],
        )
        return document, event

    def _original(self, draft: Draft) -> MessageDocument | None:
        with self.mongo.guard():
            return self.mongo.messages.find_one(
                {
                    "conversationId": draft.conversation_id,
                    "fromUserId": draft.from_user_id,
                    "clientMessageId": draft.client_message_id,
                }
            )

    def _last_seq(self, conversation_id: str) -> int:
        with self.mongo.guard():
            document = self.mongo.conversations.find_one({"_id": conversation_id}, projection={"lastSeq": 1})
        return document["lastSeq"] if document else 0

    def _newest_stored_seq(self, conversation_id: str) -> int:
        with self.mongo.guard():
            newest = self.mongo.messages.find_one(
                {"conversationId": conversation_id}, projection={"seq": 1}, sort=[("seq", DESCENDING)]
            )
        return newest["seq"] if newest else 0


def first_page(messages: Iterable[MessageResponse], *, limit: int, max_bytes: int) -> HistoryResponse:
    """Return as many of the first messages as `limit` and `max_bytes` of JSON allow, and whether there are more."""
    fitting: list[MessageResponse] = []
    size = 0
    for message in messages:
        size += len(msgspec.json.encode(message)) + len(",")
        if len(fitting) == limit or size > max_bytes:
            return HistoryResponse(messages=fitting, hasMore=True)
        fitting.append(message)
    return HistoryResponse(messages=fitting, hasMore=False)


def seq_filters(seqs: Mapping[str, int]) -> list[dict[str, object]]:
    """The alternatives of an `$or` that finds the messages at {conversationId: seq}."""
    return [{"conversationId": conversation_id, "seq": seq} for conversation_id, seq in seqs.items()]


def _require_same_text(original: MessageDocument, draft: Draft) -> None:
    """An acknowledgement would tell the client that its second text is stored, which it is not. Raises Conflict."""
    if original["text"] != draft.text:
        raise Conflict(f"This clientMessageId was used for another text, which is stored with seq {original['seq']}.")


def _response(document: MessageDocument) -> MessageResponse:
    return MessageResponse(
        messageId=str(document["_id"]),
        conversationId=document["conversationId"],
        seq=document["seq"],
        fromUserId=document["fromUserId"],
        toUserId=document["toUserId"],
        message=document["text"],
        ts=iso(document["ts"]),
    )
