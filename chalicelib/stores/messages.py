"""Reading messages in MongoDB: from the tail of their conversation, and from `messages` before it.

Both are read in one causally consistent session and the tail first, so a message that is moved meanwhile is not missed.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

import msgspec
from pymongo import ASCENDING, DESCENDING
from pymongo.client_session import ClientSession

from chalicelib.caching.recent_messages import SIZE, Recent
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import MessageDocument
from chalicelib.models.responses import HistoryResponse, MessageResponse
from chalicelib.stores.conversation_tail import TAIL, response, tail_of

_BATCH = 20
"""How many messages a cursor reads ahead: the largest ones have 20 KB each."""


@dataclass(frozen=True)
class MessageStore:
    mongo: MongoDatabase

    def at(self, seqs: Mapping[str, int]) -> list[MessageResponse]:
        """Find the messages at {conversationId: seq}, leaving out those that do not exist. Raises Unavailable."""
        if not seqs:
            return []
        with self.mongo.guard(), self.mongo.client.start_session() as session:
            conversations = self.mongo.conversations.find({"_id": {"$in": list(seqs)}}, TAIL, session=session)
            tails = map(tail_of, conversations)
            found = [message for tail in tails for message in tail if message["seq"] == seqs[message["conversationId"]]]
            moved = seqs.keys() - {message["conversationId"] for message in found}
            if moved:
                places = [
                    {"conversationId": conversation_id, "seq": seqs[conversation_id]} for conversation_id in moved
                ]
                found += self.mongo.messages.find({"$or": places}, session=session)
        return [response(message) for message in found]

    def newest(self, conversation_id: str) -> Recent:
        """Return the newest messages of a conversation, as the cache holds them. Raises Unavailable."""
        page = self.page(conversation_id, before=None, after=None, limit=SIZE)
        return Recent(page.messages, from_beginning=not page.hasMore)

    def page(self, conversation_id: str, *, before: int | None, after: int | None, limit: int) -> HistoryResponse:
        """Return messages ascending by seq: the first `limit` above `after`, or else the last ones below `before`.

        Raises Unavailable.
        """
        if after is not None:
            return self.following(conversation_id, after=after, limit=limit)
        with self._tail(conversation_id) as (tail, session):
            newest_first = [message for message in reversed(tail) if before is None or message["seq"] < before]
            first_in_tail = tail[0]["seq"] if tail else 1
            lowest = first_in_tail if before is None else min(before, first_in_tail)
            missing = limit + 1 - len(newest_first)
            if missing > 0 and lowest > 1:
                earlier = self.mongo.messages.find(
                    {"conversationId": conversation_id, "seq": {"$lt": lowest}}, session=session
                )
                newest_first += earlier.sort("seq", DESCENDING).limit(missing)
        messages = [response(message) for message in reversed(newest_first[:limit])]
        return HistoryResponse(messages=messages, hasMore=len(newest_first) > limit)

    def following(
        self, conversation_id: str, *, after: int, limit: int, max_bytes: int | None = None
    ) -> HistoryResponse:
        """Return the `first_page` of the messages above `after`, reading hardly more than that from MongoDB.

        Raises Unavailable.
        """
        with self._tail(conversation_id) as (tail, session):
            later = (message for message in tail if message["seq"] > after)
            first_in_tail = tail[0]["seq"] if tail else 1
            if after + 1 >= first_in_tail:
                return first_page(map(response, later), limit=limit, max_bytes=max_bytes)
            between = {"conversationId": conversation_id, "seq": {"$gt": after, "$lt": first_in_tail}}
            moved = self.mongo.messages.find(between, session=session).sort("seq", ASCENDING)
            # Without a limit of bytes all of them are wanted, in one batch of the server's own size.
            with moved.limit(limit + 1).batch_size(0 if max_bytes is None else _BATCH) as found:
                return first_page(map(response, chain(found, later)), limit=limit, max_bytes=max_bytes)

    @contextmanager
    def _tail(self, conversation_id: str) -> Iterator[tuple[list[MessageDocument], ClientSession]]:
        """Read the tail of a conversation, and give the session in which to read on."""
        with self.mongo.guard(), self.mongo.client.start_session() as session:
            found = self.mongo.conversations.find_one({"_id": conversation_id}, TAIL, session=session)
            yield tail_of(found) if found else [], session


def first_page(messages: Iterable[MessageResponse], *, limit: int, max_bytes: int | None) -> HistoryResponse:
    """Return as many of the first messages as `limit` and `max_bytes` of JSON allow, and whether there are more."""
    fitting: list[MessageResponse] = []
    size = 0
    for message in messages:
        if max_bytes is not None:
            size += len(msgspec.json.encode(message)) + len(",")
        if len(fitting) == limit or (max_bytes is not None and size > max_bytes):
            return HistoryResponse(messages=fitting, hasMore=True)
        fitting.append(message)
    return HistoryResponse(messages=fitting, hasMore=False)
