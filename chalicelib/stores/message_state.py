"""What changes have made of messages, over what was sent: see docs/decisions/0028-changes-of-messages.md.

A change is committed in the document of its conversation, under the seq of its message in `changed`. From there the
state of a message follows it to `messages`. Until it has, whoever reads the message lays the state over it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from bson import ObjectId
from msgspec import UNSET

from chalicelib.clock import iso
from chalicelib.models.documents import ConversationDocument, MessageDocument, MessageState
from chalicelib.models.responses import MessageResponse

_FIELDS = ("change", "firstText", "editedAt", "deletedAt", "reactions")


def present(message: MessageDocument, state: MessageState | None) -> MessageDocument:
    """Return the message in this state, or as it is where it has a later one already."""
    if state is None or state["change"] <= message.get("change", 0):
        return message
    return cast("MessageDocument", {**message, **state})


def all_present(messages: Iterable[MessageDocument], changed: Mapping[int, MessageState]) -> Iterator[MessageDocument]:
    """Return messages of one conversation in these states, {seq: state}."""
    return (present(message, changed.get(message["seq"])) for message in messages)


def changed_of(conversation: ConversationDocument) -> Mapping[int, MessageState]:
    """Return {seq: state} of the messages whose states are in the document of their conversation."""
    return {int(seq): state for seq, state in conversation.get("changed", {}).items()}


def state_of(message: MessageDocument) -> MessageState:
    """Return the whole state of a message that was changed, to be laid over what was sent."""
    state = {name: value for name, value in message.items() if name in _FIELDS}
    if "firstText" in message:
        state["text"] = message["text"]
    return cast("MessageState", state)


def digest(message_id: ObjectId, text: str) -> str:
    """Return what tells later whether a message was sent with this text, once MongoDB has the text no more."""
    return hashlib.sha256(message_id.binary + text.encode()).hexdigest()


def was_sent_as(message: MessageDocument, text: str, reply_to: int | None) -> bool:
    """Whether the message was sent with this text as a reply to that message, whatever it has become."""
    first = message.get("firstText")
    same_text = message["text"] == text if first is None else first == digest(message["_id"], text)
    return same_text and message.get("replyTo") == reply_to


def response(message: MessageDocument) -> MessageResponse:
    is_deleted = "deletedAt" in message
    edited_at = None if is_deleted else message.get("editedAt")
    return MessageResponse(
        messageId=str(message["_id"]),
        conversationId=message["conversationId"],
        seq=message["seq"],
        fromUserId=message["fromUserId"],
        toUserId=message["toUserId"],
        message=message["text"],
        ts=iso(message["ts"]),
        replyTo=message.get("replyTo", UNSET),
        change=message.get("change", UNSET),
        editedAt=UNSET if edited_at is None else iso(edited_at),
        deleted=True if is_deleted else UNSET,
        reactions=message.get("reactions") or UNSET,
    )
