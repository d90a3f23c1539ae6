"""Changes of messages, in one order for each conversation: see docs/decisions/0028-changes-of-messages.md.

A change is one write to the document of its conversation, wherever its message is: it takes the next number, stores the
state of the message under its seq, and carries the event. The write holds only where no other change came first, so the
rules of modifications.py are applied to what it replaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pymongo.client_session import ClientSession

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import NotFound, Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.events.outbox import Written, pending
from chalicelib.models.documents import ConversationDocument, MessageDocument, MessageState
from chalicelib.models.pairs import pair_id
from chalicelib.models.responses import MessageResponse
from chalicelib.stores.conversation_tail import numbered
from chalicelib.stores.message_requests import accepted_by, undecided_in
from chalicelib.stores.message_state import changed_of, present, response, state_of
from chalicelib.stores.modifications import Modification

RACE = timedelta(seconds=2)
"""How long a change is tried again where others of its conversation come first."""

MAX_PENDING = 500
"""How many events a conversation carries at most, as its document is written with each message. Somebody who goes on
changing messages while Kafka is down comes to it."""


@dataclass(frozen=True)
class Changed:
    """A message in its present state. `written` is its event, None where the message was so before.

    `unsettled` is {seq: state} where the message was moved, and its state is to be settled by the caller.
    `is_request` says that the other user has not accepted the conversation, or this one, who has changed nothing.
    """

    message: MessageResponse
    is_request: bool
    written: Written | None = None
    unsettled: Mapping[int, MessageState] = field(default_factory=dict)


@dataclass(frozen=True)
class MessageChanges:
    mongo: MongoDatabase
    clock: Clock

    def change(self, user_id: str, other_id: str, seq: int, modification: Modification) -> Changed:
        """Make of a message what the modification says, with its event, in one write that a majority acknowledges.

        A message that is so already is left alone: no number is taken. Raises NotFound, Unavailable, and what the
        modification raises. After Unavailable the change may or may not have been made, and may be asked for again.
        """
        conversation_id = pair_id(user_id, other_id)
        give_up_at = self.clock() + RACE
        while self.clock() < give_up_at:
            with self.mongo.guard(), self.mongo.client.start_session() as session:
                conversation, before = self._read(conversation_id, seq, session)
            after = modification.applied(before, user_id, self.clock())
            undecided = undecided_in(conversation)
            if after is None:
                return Changed(response(before), bool(undecided))
            written = self._write(conversation, after, user_id, modification)
            if written is not None:
                is_moved = seq <= conversation["movedSeq"]
                return Changed(
                    response(after), other_id in undecided, written, {seq: state_of(after)} if is_moved else {}
                )
        raise Unavailable

    def _read(
        self, conversation_id: str, seq: int, session: ClientSession
    ) -> tuple[ConversationDocument, MessageDocument]:
        """Read a message, and of its conversation what `_write` needs. Raises NotFound."""
        is_in_tail = {"$and": [{"$gt": [seq, "$movedSeq"]}, {"$lte": [seq, "$lastSeq"]}]}
        place = {"$slice": ["$tail", {"$subtract": [seq - 1, "$movedSeq"]}, 1]}
        projection: dict[str, Any] = {  # Any: fields and expressions
            "movedSeq": 1,
            "lastChange": 1,
            "requests": 1,
            f"changed.{seq}": 1,
            "pendingEvents.eventId": 1,
            "tail": {"$cond": [is_in_tail, place, []]},
        }
        conversation = self.mongo.conversations.find_one({"_id": conversation_id}, projection, session=session)
        found: MessageDocument | None = None
        if conversation is not None and conversation["tail"]:
            [found] = numbered(conversation_id, seq - 1, conversation["tail"])
        elif conversation is not None and seq <= conversation["movedSeq"]:
            found = self.mongo.messages.find_one({"conversationId": conversation_id, "seq": seq}, session=session)
        if conversation is None or found is None:
            raise NotFound("There is no such message.")
        return conversation, present(found, changed_of(conversation).get(seq))

    def _write(
        self, conversation: ConversationDocument, message: MessageDocument, user_id: str, modification: Modification
    ) -> Written | None:
        """Commit the state of a message as the next change. Returns None where another one came first.

        A request to this user is accepted by it. None also where one was accepted or ignored meanwhile. `message` is
        given the number of the change. Raises Unavailable.
        """
        if len(conversation["pendingEvents"]) >= MAX_PENDING:
            raise Unavailable
        conversation_id, seq, moved = conversation["_id"], message["seq"], conversation["movedSeq"]
        message["change"] = conversation.get("lastChange", 0) + 1
        event = new_event(
            modification.event_type,
            user_id,
            self.clock,
            messageId=str(message["_id"]),
            conversationId=conversation_id,
            seq=seq,
            change=message["change"],
        )
        values: dict[str, Any] = {"lastChange": message["change"], f"changed.{seq}": state_of(message)}  # Any: BSON
        if seq > moved and "firstText" in message:
            # A text that was edited or deleted is kept nowhere.
            values[f"tail.{seq - moved - 1}.text"] = message["text"]
        with self.mongo.guard():
            done = self.mongo.conversations.update_one(
                {
                    "_id": conversation_id,
                    "movedSeq": moved,
                    "lastChange": conversation.get("lastChange"),
                    "requests": conversation.get("requests"),
                },
                {
                    "$set": values,
                    "$unset": accepted_by(user_id),
                    "$push": {"pendingEvents": pending(event, self.clock())},
                },
            )
        return Written(event, self.mongo.conversations, conversation_id) if done.modified_count else None
