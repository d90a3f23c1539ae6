"""Changes of messages since the backup: their numbers are taken again by nobody, and deletions are made again.

Events carry no texts and no reactions, so edits and reactions are lost: such a message is as it was at the backup.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import MessageDocument
from chalicelib.stores.message_settling import MessageSettling
from chalicelib.stores.message_state import present, state_of
from chalicelib.stores.modifications import Deletion
from chalicelib.stores.open_conversation import OpenConversation, opened


def restore_changes(mongo: MongoDatabase, conversation_id: str, changes: Mapping[int, Envelope]) -> int:
    """Take the changes of a conversation that MongoDB lacks; `changes` are {number: its event}. Return how many.

    Each of their messages gets the number of its latest one, so devices are told how it is now. The places of lost
    messages are filled before. Raises PyMongoError, Unavailable.
    """
    with opened(mongo, conversation_id) as conversation:
        missing = {number: event for number, event in changes.items() if number > conversation.last_change}
        if not missing:
            return 0
        values: dict[str, Any] = {"lastChange": max(missing)}  # Any: BSON
        for number in sorted(missing):
            seq = int(str(missing[number].data["seq"]))
            message = _message(conversation, seq)
            if message is None:
                continue
            message = _again(message, [event for event in missing.values() if event.data["seq"] == seq])
            message["change"] = number
            values[f"changed.{seq}"] = state_of(message)
            if seq > conversation.moved_seq:
                values[f"tail.{seq - conversation.moved_seq - 1}.text"] = message["text"]
    mongo.conversations.update_one({"_id": conversation_id}, {"$set": values})
    MessageSettling(mongo).settle_all([conversation_id])
    return len(missing)


def _message(conversation: OpenConversation, seq: int) -> MessageDocument | None:
    for message in conversation.tail:
        if message["seq"] == seq:
            return message
    moved = conversation.mongo.messages.find_one(
        {"conversationId": conversation.id, "seq": seq}, session=conversation.session
    )
    return None if moved is None else present(moved, conversation.changed.get(seq))


def _again(message: MessageDocument, events: list[Envelope]) -> MessageDocument:
    """Return the message, deleted where one of its events says so."""
    for event in events:
        if event.eventType == "MESSAGE_DELETED":
            at = datetime.fromisoformat(event.timestamp)
            return Deletion().applied(message, message["fromUserId"], at) or message
    return message
