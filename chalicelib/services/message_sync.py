"""Sync: the messages that a device missed, in order, and whether they are all."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from chalicelib.caching.recent_messages import RecentMessages
from chalicelib.errors import BadRequest
from chalicelib.models import fields
from chalicelib.models.frames import MissedFrom
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import SyncEvent
from chalicelib.models.responses import HistoryResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.messages import MessageStore, first_of

MAX_BYTES = 120_000
"""Of the messages in one answer, as API Gateway takes 128 KB a message. A single message has 30 KB at most."""

MAX_FRAME_BYTES = 4 * MAX_BYTES
"""Of all answers to one frame, which is small itself: what comes after is to be asked for again."""


@dataclass(frozen=True, kw_only=True)
class MessageSync:
    gate: Gate
    recent: RecentMessages
    messages: MessageStore

    def missed(self, credentials: Credentials, conversations: Sequence[MissedFrom]) -> list[SyncEvent]:
        """An answer for each conversation, in the order asked for; one with a stranger is empty and complete.

        Once MAX_FRAME_BYTES are answered, the others are empty and not complete. Raises BadRequest, Unauthorized,
        RateLimited, Unavailable.
        """
        own = credentials.user_id
        user_ids = {asked.userId for asked in conversations}
        if own in user_ids:
            raise BadRequest({"conversations": "one of them is with yourself"})
        if len(user_ids) < len(conversations):
            raise BadRequest({"conversations": "one of them is named twice"})
        reads = [
            self.recent.lookup_page(
                pair_id(own, asked.userId), before=None, after=asked.afterSeq, limit=fields.MAX_PAGE
            )
            for asked in conversations
        ]
        self.gate.admit(credentials, "sync", *reads)
        answers = []
        left = MAX_FRAME_BYTES
        for asked, read in zip(conversations, reads, strict=True):
            if left < MAX_BYTES:
                answers.append(SyncEvent(userId=asked.userId, messages=[], complete=False))
                continue
            page = self._page(pair_id(own, asked.userId), asked.afterSeq, read.resolve())
            left -= len(msgspec.json.encode(page.messages))
            answers.append(SyncEvent(userId=asked.userId, messages=page.messages, complete=not page.hasMore))
        return answers

    def _page(self, conversation: str, after: int, cached: HistoryResponse | None) -> HistoryResponse:
        if cached is None:
            return self.messages.following(conversation, after=after, limit=fields.MAX_PAGE, max_bytes=MAX_BYTES)
        page = first_of(cached.messages, limit=fields.MAX_PAGE, max_bytes=MAX_BYTES)
        return HistoryResponse(messages=page.messages, hasMore=page.hasMore or cached.hasMore)
