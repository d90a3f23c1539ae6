"""The frames that the client sends, as JSON text."""

import json
import secrets
import time
from collections.abc import Iterable

from devconnect_client.errors import BadRequest

MAX_BYTES = 32 * 1024
"""API Gateway closes the websocket (1009) of a client that sends a longer frame."""


MAX_MESSAGES = 50
"""How many messages a frame may have."""


def new_client_message_id() -> str:
    """Returns an id that is greater than the earlier ones, which the service then need not look for."""
    return f"{time.time_ns():016x}-{secrets.token_hex(4)}"


def register(*, answer: bool) -> str:
    """The heartbeat. Without `answer`, nothing but an error answers it."""
    return _frame("register") if answer else _frame("register", answer=False)


def private_message(to_user_id: str, text: str, client_message_id: str, reply_to: int | None = None) -> str:
    """Raises BadRequest for a message that cannot be sent at all: the service would never see it."""
    message = {"message": text, "clientMessageId": client_message_id, **_reply(reply_to)}
    frame = _frame("private-message", toUserId=to_user_id, **message)
    try:
        fits = len(frame.encode()) <= MAX_BYTES
    except UnicodeEncodeError as error:
        raise BadRequest("The message is not valid Unicode text.", "bad_request", {"message": str(error)}) from error
    if not fits:
        raise BadRequest("The message is too long.", "bad_request", {"message": f"longer than {MAX_BYTES} bytes"})
    return frame


def private_messages(to_user_id: str, messages: Iterable[tuple[str, str, int | None]]) -> str:
    """`messages` are (text, clientMessageId, the seq of the message that it answers), MAX_MESSAGES at most."""
    listed = [
        {"message": text, "clientMessageId": client_message_id, **_reply(reply_to)}
        for text, client_message_id, reply_to in messages
    ]
    return _frame("private-messages", toUserId=to_user_id, messages=listed)


def _reply(reply_to: int | None) -> dict[str, object]:
    return {} if reply_to is None else {"replyTo": reply_to}


def sync(after: Iterable[tuple[str, int, int]]) -> str:
    """`after` has (userId, the seq and the change up to which nothing is missing) of at most 20 conversations."""
    conversations = [{"userId": user_id, "afterSeq": seq, "afterChange": change} for user_id, seq, change in after]
    return _frame("sync", conversations=conversations)


def message_read(user_id: str, seq: int) -> str:
    return _frame("message:read", userId=user_id, seq=seq)


def typing(to_user_id: str) -> str:
    return _frame("typing", toUserId=to_user_id)


def presence_subscribe(user_ids: Iterable[str]) -> str:
    return _frame("presence:subscribe", userIds=list(user_ids))


def _frame(action: str, **fields: object) -> str:
    # Raw UTF-8, as \u escapes would make the frame up to three times as long.
    return json.dumps({"action": action, **fields}, ensure_ascii=False, separators=(",", ":"))
