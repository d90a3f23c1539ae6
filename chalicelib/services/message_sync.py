"""Sync: the messages and changes that a device missed, in order, and whether more of them follow.

A device that asks for changes too is answered by MongoDB, where one read tells of all its conversations whether it has
missed anything. Others are answered by the cached copies, which do not know what has changed since.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

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
from chalicelib.stores.blocks import BlockStore
from chalicelib.stores.message_pages import first_page
from chalicelib.stores.messages import Head, MessageStore, Missed
from chalicelib.stores.visibility import Visibility

MAX_FRAME_BYTES = 4 * MAX_PUSH_BYTES
"""The limit for all events that one frame is answered with: for the rest, the client sends another small frame."""


@dataclass(frozen=True, kw_only=True)
class MessageSync:
    gate: Gate
    recent_messages: RecentMessages
    messages: MessageStore
    blocks: BlockStore
    visibility: Visibility

    def missed(self, credentials: Credentials, conversations: Sequence[MissedFrom]) -> list[SyncEvent]:
        """Return one event for each conversation, in the order requested; where nothing was missed it is empty.

        Once MAX_FRAME_BYTES are used up, the remaining events are empty and not complete. Raises BadRequest,
        Unauthorized, RateLimited, Unavailable.
        """
        own_id = credentials.user_id
        user_ids = {requested.userId for requested in conversations}
        if own_id in user_ids:
            raise BadRequest({"conversations": "one of them is with yourself"})
        if len(user_ids) < len(conversations):
            raise BadRequest({"conversations": "one of them is named twice"})
        page_lookups = {
            requested: self.recent_messages.lookup_page(
                pair_id(own_id, requested.userId), before=None, after=requested.afterSeq, limit=fields.MAX_PAGE
            )
            for requested in conversations
            if requested.afterChange is None
        }
        blockers_lookup = self.blocks.lookup_blockers(own_id)
        principal = self.gate.admit(credentials, "sync", blockers_lookup, *page_lookups.values())
        with_changes = [requested for requested in conversations if requested.afterChange is not None]
        heads = self.messages.heads([pair_id(own_id, requested.userId) for requested in with_changes])
        readers = {user_id for head in heads.values() for user_id in head.read_seq} - {own_id}
        apart = {*principal.user.blocked, *(blockers_lookup.resolve() or [])} if readers else set()
        told = {own_id, *self._visible(readers - apart)}
        events = []
        bytes_left = MAX_FRAME_BYTES
        for requested in conversations:
            conversation = pair_id(own_id, requested.userId)
            if requested.afterChange is not None:
                head = heads.get(conversation, Head())
                event = self._with_changes(own_id, requested, requested.afterChange, head, told, bytes_left)
            elif bytes_left < MAX_PUSH_BYTES:
                event = SyncEvent(userId=requested.userId, messages=[], complete=False)
            else:
                page = self._page(conversation, requested.afterSeq, page_lookups[requested].resolve())
                event = SyncEvent(userId=requested.userId, messages=page.messages, complete=not page.hasMore)
            bytes_left -= len(msgspec.json.encode(event))
            events.append(event)
        return events

    def _visible(self, readers: Collection[str]) -> Collection[str]:
        """Return those whose mark does not show that a user was there who is invisible: as with a push of it."""
        return set(readers) - self.visibility.hiding(readers).presence if readers else ()

    def _page(self, conversation: str, after: int, cached: HistoryResponse | None) -> HistoryResponse:
        if cached is None:
            return self.messages.following(conversation, after=after, limit=fields.MAX_PAGE, max_bytes=MAX_PUSH_BYTES)
        page = first_page(cached.messages, limit=fields.MAX_PAGE, max_bytes=MAX_PUSH_BYTES)
        return HistoryResponse(messages=page.messages, hasMore=page.hasMore or cached.hasMore)

    def _with_changes(
        self,
        own_id: str,
        requested: MissedFrom,
        after_change: int,
        head: Head,
        told: Collection[str],
        bytes_left: int,
    ) -> SyncEvent:
        """`told` are the users whose read marks this one may see."""
        unchanged = partial(Missed, messages=[], changed=[], read_seq=head.read_seq, undecided=head.undecided)
        if head.last_seq <= requested.afterSeq and head.last_change <= after_change:
            missed = unchanged(last_change=head.last_change, is_all=True)
        elif bytes_left < MAX_PUSH_BYTES:
            missed = unchanged(last_change=after_change, is_all=False)
        else:
            missed = self.messages.missed(
                pair_id(own_id, requested.userId),
                after_seq=requested.afterSeq,
                after_change=after_change,
                limit=fields.MAX_PAGE,
                max_bytes=MAX_PUSH_BYTES,
            )
        return SyncEvent(
            userId=requested.userId,
            messages=missed.messages,
            changed=missed.changed,
            lastChange=missed.last_change,
            readSeq={
                user_id: seq
                for user_id, seq in missed.read_seq.items()
                if user_id in told and (user_id == own_id or user_id not in missed.undecided)
            },
            complete=missed.is_all,
        )
