"""Conversations with a past, as the app has stored them."""

from collections.abc import Sequence

from chalicelib.models.documents import ConversationDocument, MessageDocument, TailMessage


def conversation_of(messages: Sequence[MessageDocument], *, moved: int) -> ConversationDocument:
    """Returns the document of a conversation with these messages, of which the first `moved` have left the tail."""
    return ConversationDocument(
        _id=messages[0]["conversationId"],
        userIds=messages[0]["conversationId"].split(":"),
        lastSeq=messages[-1]["seq"],
        movedSeq=moved,
        movedIds={
            sender: max(message["clientMessageId"] for message in messages[:moved] if message["fromUserId"] == sender)
            for sender in {message["fromUserId"] for message in messages[:moved]}
        },
        tail=[
            TailMessage(
                _id=message["_id"],
                fromUserId=message["fromUserId"],
                clientMessageId=message["clientMessageId"],
                text=message["text"],
                ts=message["ts"],
            )
            for message in messages[moved:]
        ],
        readSeq={},
        updatedAt=messages[-1]["ts"],
        pendingMessages=[],
        pendingEvents=[],
    )
