"""The tail of a conversation: its newest messages, which its own document holds until they are moved to `messages`.

A message is appended to the tail by the write that takes its seq, so nobody loses a race for a seq. The tail begins
after `movedSeq`, has no gaps and ends at `lastSeq`. So the place of a message in it is its seq, which is stored with
the message once it is moved.
"""

from collections.abc import Sequence
from typing import TypedDict

from chalicelib.clock import iso
from chalicelib.models.documents import ConversationDocument, MessageDocument, PendingEvent, TailMessage
from chalicelib.models.responses import MessageResponse

TAIL = {"movedSeq": 1, "tail": 1}
"""The projection of a conversation to what `tail_of` needs."""

EVENTS = {"pendingEvents": 1, "movedSeq": 1, "tail._id": 1}
"""The projection of a document of any collection to what `numbered_events` needs."""


class EventCarrier(TypedDict, total=False):
    """A document with events. Only a conversation has a tail."""

    pendingEvents: list[PendingEvent]
    movedSeq: int
    tail: list[TailMessage]


def tail_of(conversation: ConversationDocument) -> list[MessageDocument]:
    """Return the messages of a conversation's tail as `messages` holds them, without events."""
    return numbered(conversation["_id"], conversation["movedSeq"], conversation["tail"])


def numbered(conversation_id: str, moved_seq: int, tail: Sequence[TailMessage]) -> list[MessageDocument]:
    """Return messages that follow the one with the seq `moved_seq`, as `tail_of` does."""
    user_ids = conversation_id.split(":")
    return [
        MessageDocument(
            _id=message["_id"],
            conversationId=conversation_id,
            seq=seq,
            fromUserId=message["fromUserId"],
            toUserId=user_ids[user_ids[0] == message["fromUserId"]],
            clientMessageId=message["clientMessageId"],
            text=message["text"],
            ts=message["ts"],
            pendingEvents=[],
        )
        for seq, message in enumerate(tail, moved_seq + 1)
    ]


def numbered_events(carrier: EventCarrier | ConversationDocument) -> list[PendingEvent]:
    """Return the pending events of a document. Those of messages in its tail are given the seq of their message.

    The write that takes a seq cannot store it in the event, as it does not know it.
    """
    tail = carrier.get("tail", [])
    seqs = {str(message["_id"]): seq for seq, message in enumerate(tail, carrier.get("movedSeq", 0) + 1)}
    return [_with_seq(entry, seqs.get(str(entry["data"].get("messageId")))) for entry in carrier["pendingEvents"]]


def response(message: MessageDocument) -> MessageResponse:
    return MessageResponse(
        messageId=str(message["_id"]),
        conversationId=message["conversationId"],
        seq=message["seq"],
        fromUserId=message["fromUserId"],
        toUserId=message["toUserId"],
        message=message["text"],
        ts=iso(message["ts"]),
    )


def _with_seq(entry: PendingEvent, seq: int | None) -> PendingEvent:
    return entry if seq is None else {**entry, "data": {**entry["data"], "seq": seq}}
