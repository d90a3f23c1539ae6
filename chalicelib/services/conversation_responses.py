"""A conversation as one of its two users is shown it."""

from msgspec import UNSET

from chalicelib.clock import iso
from chalicelib.models.documents import ConversationSummary
from chalicelib.models.responses import ConversationResponse, LastMessageResponse


def conversation_response(summary: ConversationSummary, user_id: str) -> ConversationResponse:
    [other_id] = (member_id for member_id in summary["userIds"] if member_id != user_id)
    last, state = summary["lastMessage"], summary.get("lastState")
    return ConversationResponse(
        userId=other_id,
        lastMessage=LastMessageResponse(
            seq=summary["lastSeq"],
            fromUserId=last["fromUserId"],
            message=last["text"],
            ts=iso(last["ts"]),
            deleted=True if state and "deletedAt" in state else UNSET,
        ),
        lastSeq=summary["lastSeq"],
        readSeq=summary["readSeq"].get(user_id, 0),
        lastChange=summary.get("lastChange", 0),
        unread=summary["unread"],
        updatedAt=iso(summary["updatedAt"]),
        muted=summary["muted"],
        archived=summary["archived"],
    )
