"""The commit of messages: one write to their conversation takes their seqs, stores them and carries their events.

It never conflicts at the client, however many write at once: see docs/decisions/0012-commit-in-the-conversation.md.
A repeat is recognised in the tail by its clientMessageId. Of the messages that have left the tail, the document
remembers the greatest clientMessageId of each sender: a greater one is new, and needs no look-up. So clients should use
ids that grow, such as UUIDv7 (RFC 9562); others cost a look-up in `messages`, and a second attempt to write.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

import uuid_utils
from bson import ObjectId
from pymongo.errors import AutoReconnect, DuplicateKeyError, WriteConcernError

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import Conflict, Unavailable
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import ConversationDocument, MessageDocument, TailMessage
from chalicelib.models.pairs import pair_id
from chalicelib.models.responses import MessageResponse
from chalicelib.stores.conversation_marks import brought_back
from chalicelib.stores.conversation_tail import TAIL, numbered, tail_of
from chalicelib.stores.message_events import sent_event
from chalicelib.stores.message_moves import MAX_TAIL, MessageMoves, is_move_due
from chalicelib.stores.message_requests import REQUESTS, accepted_by, field_of, undecided_in
from chalicelib.stores.message_state import all_present, changed_of, response, was_sent_as
from chalicelib.tracing import current_traceparent

RACE = timedelta(seconds=3)
"""How long a commit is tried. It is tried again where others move messages between its look-up and its write."""


def new_client_message_id() -> str:
    """Return an id for a message whose sender gave it none: a UUIDv7, so that it is known to be new."""
    return str(uuid_utils.uuid7())


@dataclass(frozen=True)
class Draft:
    """A message that has no seq yet. `reply_to` is the seq of the one that it answers."""

    text: str
    client_message_id: str = field(default_factory=new_client_message_id)
    reply_to: int | None = None


@dataclass(frozen=True)
class Stored:
    """A stored message. `is_new` is False where an earlier attempt had stored it; `message` is then the first one."""

    message: MessageResponse
    is_new: bool


@dataclass(frozen=True)
class Committed:
    """What became of each draft. `events` are those of the new messages."""

    outcomes: Mapping[Draft, Stored | Conflict]
    events: Sequence[Envelope] = ()
    is_request: bool = False
    """Whether the receiver has not accepted the conversation."""

    is_move_due: bool = False
    """Whether the tail has grown so far that its oldest messages are to be moved, which is up to the caller."""


class _Place(NamedTuple):
    """The seqs of the last message, and of the last one before the tail, after a write; and who has not accepted it."""

    last_seq: int
    moved_seq: int
    undecided: Collection[str]


class _Found(NamedTuple):
    """Which messages are stored, up to which seq there are no others of their ids, and who has not accepted them."""

    stored: Mapping[str, MessageDocument]
    absent_up_to: int
    undecided: Collection[str] = ()


@dataclass(frozen=True)
class MessageCommits:
    mongo: MongoDatabase
    moves: MessageMoves
    clock: Clock

    def commit(self, from_user_id: str, to_user_id: str, drafts: Sequence[Draft], *, asks: bool = False) -> Committed:
        """Store messages with consecutive seqs, in their order, each with its MESSAGE_SENT; all of them or none.

        Where they begin one that `asks` first, that is a request to the receiver; a request to the sender is accepted.
        The clientMessageIds of `drafts` differ. A draft that is stored already is left out, and has the first message
        as its outcome, or Conflict where that one was another. Raises Unavailable: then the messages may or may not be
        stored, and may be sent again.
        """
        conversation_id = pair_id(from_user_id, to_user_id)
        entries = {draft: self._entry(from_user_id, draft) for draft in drafts}
        stored: Mapping[str, MessageDocument] = {}
        absent_up_to: int | None = None
        undecided: Collection[str] = ()
        due = False
        give_up_at = self.clock() + RACE
        while missing := [entry for draft, entry in entries.items() if draft.client_message_id not in stored]:
            place = self._append(conversation_id, missing, absent_up_to, to_user_id if asks else None)
            if place is not None:
                undecided = place.undecided
                before = place.last_seq - len(missing)
                stored = {**stored, **_by_id(numbered(conversation_id, before, missing))}
                due = is_move_due(before, place.last_seq, moved=place.moved_seq)
            elif self.clock() >= give_up_at:
                raise Unavailable
            else:
                stored, absent_up_to, undecided = self._look_up(conversation_id, from_user_id, drafts)
        return Committed(
            outcomes={
                draft: _outcome(draft, stored[draft.client_message_id], entry) for draft, entry in entries.items()
            },
            events=[
                sent_event(original)
                for draft, entry in entries.items()
                if (original := stored[draft.client_message_id])["_id"] == entry["_id"]
            ],
            is_request=to_user_id in undecided,
            is_move_due=due,
        )

    def last_seq(self, conversation_id: str) -> int:
        """Return the seq of the newest message, 0 where there is none. Raises Unavailable."""
        with self.mongo.guard():
            found = self.mongo.conversations.find_one({"_id": conversation_id}, {"lastSeq": 1})
        return 0 if found is None else found["lastSeq"]

    def committed_before(
        self, from_user_id: str, to_user_id: str, drafts: Sequence[Draft]
    ) -> Mapping[Draft, Stored | Conflict]:
        """Return the outcomes of those drafts that earlier attempts have stored. Raises Unavailable."""
        stored = self._look_up(pair_id(from_user_id, to_user_id), from_user_id, drafts).stored
        return {
            draft: _outcome(draft, stored[draft.client_message_id])
            for draft in drafts
            if draft.client_message_id in stored
        }

    def _entry(self, from_user_id: str, draft: Draft) -> TailMessage:
        entry = TailMessage(
            _id=ObjectId(),
            fromUserId=from_user_id,
            clientMessageId=draft.client_message_id,
            text=draft.text,
            ts=self.clock(),
        )
        if draft.reply_to is not None:
            entry["replyTo"] = draft.reply_to
        traceparent = current_traceparent()
        if traceparent is not None:
            entry["traceparent"] = traceparent
        return entry

    def _append(
        self, conversation_id: str, messages: Sequence[TailMessage], absent_up_to: int | None, asked: str | None
    ) -> _Place | None:
        """Append messages of one sender to the tail, in one atomic write that a majority of the members acknowledges.

        Returns None, and nothing is written, where one of them may be stored already or the tail is full. With
        `absent_up_to` it is known that none of them is among the messages up to that seq, but for the present tail.
        A new conversation is a request to the user who is `asked`.
        """
        sender, ids = messages[0]["fromUserId"], [message["clientMessageId"] for message in messages]
        command = {
            "findAndModify": self.mongo.conversations.name,
            "query": {
                "_id": conversation_id,
                "tail": {"$not": {"$elemMatch": {"fromUserId": sender, "clientMessageId": {"$in": ids}}}},
                f"tail.{MAX_TAIL - len(messages)}": {"$exists": False},
                **(
                    {f"movedIds.{sender}": {"$not": {"$gte": min(ids)}}}
                    if absent_up_to is None
                    else {"movedSeq": {"$not": {"$gt": absent_up_to}}}
                ),
            },
            "update": {
                "$inc": {"lastSeq": len(messages)},
                "$push": {
                    "tail": {"$each": messages},
                    "pendingMessages": {"$each": [message["_id"] for message in messages]},
                },
                "$max": {"updatedAt": messages[-1]["ts"]},
                "$pull": brought_back(conversation_id),
                "$unset": accepted_by(sender),
                "$setOnInsert": {
                    "userIds": conversation_id.split(":"),
                    "movedSeq": 0,
                    "movedIds": {},
                    "readSeq": {},
                    "pendingEvents": [],
                    **({field_of("waiting", asked): messages[0]["_id"]} if asked is not None else {}),
                },
            },
            "upsert": True,
            "new": True,
            "fields": {"lastSeq": 1, "movedSeq": 1, **REQUESTS},
            "writeConcern": {"w": "majority"},
        }
        with self.mongo.guard():
            try:
                value = self._run(command)
            except DuplicateKeyError:  # the conversation exists and the query does not match it
                return None
        return _Place(value["lastSeq"], value["movedSeq"], undecided_in(value))

    def _run(self, command: dict[str, object]) -> ConversationDocument:
        """Run the command, and once more where the primary has changed or the connection was lost.

        The driver would repeat it by itself, at the price of a copy of the document that the server stores for it. It
        is not needed: a commit that was carried out already is found by its clientMessageId.
        """
        try:
            reply = self.mongo.database.command(command)
        except AutoReconnect as error:
            if error.timeout:
                raise
            reply = self.mongo.database.command(command)
        if problem := reply.get("writeConcernError"):
            raise WriteConcernError(problem["errmsg"], problem["code"], problem)
        value: ConversationDocument = reply["value"]
        return value

    def _look_up(self, conversation_id: str, from_user_id: str, drafts: Sequence[Draft]) -> _Found:
        """Return the messages of these clientMessageIds that are stored, and up to which seq there are no others.

        A full tail is moved first. Raises Unavailable.
        """
        ids = [draft.client_message_id for draft in drafts]
        # Causally consistent, so that what has left the tail before the first read is in the second one.
        with self.mongo.guard(), self.mongo.client.start_session() as session:
            conversation = self.mongo.conversations.find_one(
                {"_id": conversation_id}, {**TAIL, **REQUESTS}, session=session
            )
            if conversation is None:
                return _Found({}, 0)
            tail = tail_of(conversation)
            found = _by_id(
                message
                for message in tail
                if message["fromUserId"] == from_user_id and message["clientMessageId"] in ids
            )
            moved = self.mongo.messages.find(
                {"conversationId": conversation_id, "fromUserId": from_user_id, "clientMessageId": {"$in": ids}},
                session=session,
            )
            found |= _by_id(all_present(moved, changed_of(conversation)))
        if len(tail) + len(ids) > MAX_TAIL:
            self.moves.move(conversation_id)
        return _Found(found, conversation["movedSeq"] + len(tail), undecided_in(conversation))


def _by_id(messages: Iterable[MessageDocument]) -> dict[str, MessageDocument]:
    return {message["clientMessageId"]: message for message in messages}


def _outcome(draft: Draft, original: MessageDocument, entry: TailMessage | None = None) -> Stored | Conflict:
    """An acknowledgement would tell the client that its second text is stored, which it is not: so it is a Conflict."""
    if not was_sent_as(original, draft.text, draft.reply_to):
        return Conflict(f"This clientMessageId was used for another text, which is stored with seq {original['seq']}.")
    return Stored(response(original), is_new=entry is not None and original["_id"] == entry["_id"])
