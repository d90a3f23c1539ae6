"""What a user may make of a message: the rules of an edit, a deletion and a reaction, without a server."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from chalicelib.errors import Conflict, Forbidden, TooLate
from chalicelib.models.documents import MessageDocument
from chalicelib.stores.message_state import digest

EDIT_FOR = timedelta(minutes=15)
"""How long after it was sent a message may be edited."""

ChangeType = Literal["MESSAGE_EDITED", "MESSAGE_DELETED", "MESSAGE_REACTED"]


@dataclass(frozen=True)
class Edit:
    """Gives a message another text. A repeat is recognised also where it comes too late to be an edit."""

    text: str
    event_type: ClassVar[ChangeType] = "MESSAGE_EDITED"

    def applied(self, message: MessageDocument, user_id: str, now: datetime) -> MessageDocument | None:
        _require_sender(message, user_id)
        _require_text(message)
        if message["text"] == self.text:
            return None
        if now - message["ts"] > EDIT_FOR:
            raise TooLate
        return {**message, "text": self.text, "firstText": _first_text(message), "editedAt": now}


@dataclass(frozen=True)
class Deletion:
    """Takes the text and the reactions away from both users. The message keeps its place."""

    event_type: ClassVar[ChangeType] = "MESSAGE_DELETED"

    def applied(self, message: MessageDocument, user_id: str, now: datetime) -> MessageDocument | None:
        _require_sender(message, user_id)
        if "deletedAt" in message:
            return None
        return {**message, "text": "", "firstText": _first_text(message), "deletedAt": now, "reactions": {}}


@dataclass(frozen=True)
class Reaction:
    """Gives a message the one reaction of this user, or with None takes it back."""

    emoji: str | None
    event_type: ClassVar[ChangeType] = "MESSAGE_REACTED"

    def applied(self, message: MessageDocument, user_id: str, now: datetime) -> MessageDocument | None:  # noqa: ARG002 - a reaction has no time
        reactions = message.get("reactions", {})
        if reactions.get(user_id) == self.emoji:
            return None
        _require_text(message)
        others = {reacting: emoji for reacting, emoji in reactions.items() if reacting != user_id}
        return {**message, "reactions": others if self.emoji is None else {**others, user_id: self.emoji}}


Modification = Edit | Deletion | Reaction
"""`applied` returns what a user makes of a message at this time, or None where it is so already.

It leaves `change` to who writes it. It raises Forbidden, TooLate or Conflict.
"""


def _first_text(message: MessageDocument) -> str:
    return message.get("firstText") or digest(message["_id"], message["text"])


def _require_sender(message: MessageDocument, user_id: str) -> None:
    if message["fromUserId"] != user_id:
        raise Forbidden("Only its sender can edit or delete a message.")


def _require_text(message: MessageDocument) -> None:
    if "deletedAt" in message:
        raise Conflict("This message was deleted.")
