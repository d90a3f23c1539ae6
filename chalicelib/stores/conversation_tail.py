"""The tail of a conversation: its newest messages, which its own document holds until they are moved to `messages`.

A message is appended to the tail by the write that takes its seq, so nobody loses a race for a seq. The tail begins
after `movedSeq`, has no gaps and ends at `lastSeq`. So the place of a message in it is its seq, which is stored with
the message once it is moved.
"""

from collections.abc import Sequence
from typing import cast

from chalicelib.models.documents import ConversationDocument, MessageDocument, MessagePlace, TailMessage, TailPlace
from chalicelib.stores.message_state import all_present, changed_of

TAIL = {"movedSeq": 1, "tail": 1, "changed": 1}
"""The projection of a conversation to what `tail_of` needs."""


def tail_of(conversation: ConversationDocument) -> list[MessageDocument]:
    """Return the messages of a conversation's tail as `messages` is to hold them, without events."""
    tail = numbered(conversation["_id"], conversation["movedSeq"], conversation["tail"])
    return list(all_present(tail, changed_of(conversation)))


def numbered(conversation_id: str, moved_seq: int, tail: Sequence[TailMessage]) -> list[MessageDocument]:
    """Return messages that follow the one with the seq `moved_seq`, as they were sent.

    They keep fields that a later release has written and this one does not know: while both run, either moves messages.
    """
    return [
        cast("MessageDocument", {**message, **place, "pendingEvents": []})  # whose other keys are not required
        for place, message in zip(places(conversation_id, moved_seq, tail), tail, strict=True)
    ]


def places(conversation_id: str, moved_seq: int, tail: Sequence[TailPlace]) -> list[MessagePlace]:
    """Return the places of messages that follow the one with the seq `moved_seq`."""
    user_ids = conversation_id.split(":")
    found = []
    for seq, message in enumerate(tail, moved_seq + 1):
        place = MessagePlace(
            _id=message["_id"],
            conversationId=conversation_id,
            seq=seq,
            fromUserId=message["fromUserId"],
            toUserId=user_ids[user_ids[0] == message["fromUserId"]],
            ts=message["ts"],
        )
        if "traceparent" in message:
            place["traceparent"] = message["traceparent"]
        found.append(place)
    return found
