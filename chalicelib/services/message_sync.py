"""Sync: the messages that a device missed, in order, and whether more of them follow."""

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
from chalicelib.services.messages import MAX_PUSH_BYTES
from chalicelib.stores.message_pages import first_page
from chalicelib.stores.messages import MessageStore

MAX_FRAME_BYTES = 4 * MAX_PUSH_BYTES
"""The limit for all events that one frame is answered with: for the rest, the client sends another small frame."""


@dataclass(frozen=True, kw_only=True)
class MessageSync:
    gate: Gate
    recent_messages: RecentMessages
    messages: MessageStore

    def missed(self, credentials: Credentials, conversations: Sequence[MissedFrom]) -> list[SyncEvent]:
        """Return one event for each conversation, in the order requested; without messages it is empty and complete.

        Once MAX_FRAME_BYTES are used up, the remaining events are empty and not complete. Raises BadRequest,
        Unauthorized, RateLimited, Unavailable.
        """
        own_id = credentials.user_id
        user_ids = {requested.userId for requested in conversations}
        if own_id in user_ids:
            raise BadRequest({"conversations": "one of them is with yourself"})
        if len(user_ids) < len(conversations):
            raise BadRequest({"conversations": "one of them is named twice"})
        page_lookups = [
            self.recent_messages.lookup_page(
                pair_id(own_id, requested.userId), before=None, after=requested.afterSeq, limit=fields.MAX_PAGE
            )
            for requested in conversations
        ]
        self.gate.admit(credentials, "sync", *page_lookups)
        events = []
        bytes_left = MAX_FRAME_BYTES
        for requested, page_lookup in zip(conversations, page_lookups, strict=True):
            if bytes_left < MAX_PUSH_BYTES:
                events.append(SyncEvent(userId=requested.userId, messages=[], complete=False))
                continue
            page = self._page(pair_id(own_id, requested.userId), requested.afterSeq, page_lookup.resolve())
            bytes_left -= len(msgspec.json.encode(page.messages))
            events.append(SyncEvent(userId=requested.userId, messages=page.messages, complete=not page.hasMore))
        return events

    def _page(self, conversation: str, after: int, cached: HistoryResponse | None) -> HistoryResponse:
        if cached is None:
            return self.messages.following(conversation, after=after, limit=fields.MAX_PAGE, max_bytes=MAX_PUSH_BYTES)
        page = first_page(cached.messages, limit=fields.MAX_PAGE, max_bytes=MAX_PUSH_BYTES)
        return HistoryResponse(messages=page.messages, hasMore=page.hasMore or cached.hasMore)
