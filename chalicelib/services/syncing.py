"""Sync: the messages that a device missed, in order, and whether they are all."""

from collections.abc import Sequence

import msgspec

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.errors import BadRequest
from chalicelib.models import fields
from chalicelib.models.answers import MessageAnswer
from chalicelib.models.frames import MissedFrom
from chalicelib.models.pushed import SyncEvent
from chalicelib.services.gate import Gate
from chalicelib.services.message_store import MessageStore
from chalicelib.services.pairs import pair_id
from chalicelib.services.tokens import Credentials

MAX_BYTES = 120_000
"""Of the messages in one answer, as API Gateway takes 128 KB a message. A single message has 30 KB at most."""


class Syncing:
    def __init__(self, gate: Gate, recent: RecentMessages, message_store: MessageStore) -> None:
        self._gate = gate
        self._recent = recent
        self._message_store = message_store

    def missed(self, credentials: Credentials, conversations: Sequence[MissedFrom]) -> list[SyncEvent]:
        """An answer for each conversation, in the order asked for; one with a stranger is empty and complete.

        Raises BadRequest, Unauthorized, RateLimited, Unavailable.
        """
        own = credentials.user_id
        if any(asked.userId == own for asked in conversations):
            raise BadRequest({"conversations": "one of them is with yourself"})
        reads = [
            self._recent.page(pair_id(own, asked.userId), before=None, after=asked.afterSeq, limit=fields.MAX_PAGE)
            for asked in conversations
        ]
        self._gate.admit(credentials, "sync", *reads)
        answers = []
        for asked, read in zip(conversations, reads, strict=True):
            page = read.value or self._message_store.page(
                pair_id(own, asked.userId), before=None, after=asked.afterSeq, limit=fields.MAX_PAGE
            )
            messages = _first_bytes(page.messages)
            complete = not page.hasMore and len(messages) == len(page.messages)
            answers.append(SyncEvent(userId=asked.userId, messages=messages, complete=complete))
        return answers


def _first_bytes(messages: Sequence[MessageAnswer]) -> list[MessageAnswer]:
    """As many of the first messages as go into MAX_BYTES of JSON."""
    fitting: list[MessageAnswer] = []
    size = 0
    for message in messages:
        size += len(msgspec.json.encode(message)) + len(",")
        if size > MAX_BYTES:
            break
        fitting.append(message)
    return fitting
