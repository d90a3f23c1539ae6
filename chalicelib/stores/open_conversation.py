"""A conversation that is being read: what its document has, and what follows from `messages` in the same session.

The session is causally consistent and the document is read first. So a message that is moved meanwhile, or a state that
is settled, is not missed; a message may only be in a later state than the document says.
"""

import heapq
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from pymongo import ASCENDING, DESCENDING
from pymongo.client_session import ClientSession

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import MessageDocument, MessageState
from chalicelib.models.responses import HistoryResponse
from chalicelib.stores.conversation_tail import TAIL, tail_of
from chalicelib.stores.message_pages import first_page
from chalicelib.stores.message_requests import REQUESTS, undecided_in
from chalicelib.stores.message_state import all_present, changed_of, response

_BATCH = 20
"""How many messages a cursor reads ahead: the largest ones have 20 KB each."""


@dataclass(frozen=True)
class OpenConversation:
    """`tail` are its newest messages in their present states; `changed` is {seq: state} of all whose states it has.

    `undecided` are the users who have not accepted it.
    """

    id: str
    mongo: MongoDatabase
    session: ClientSession
    moved_seq: int
    tail: list[MessageDocument]
    changed: Mapping[int, MessageState]
    last_change: int
    read_seq: Mapping[str, int]
    undecided: Collection[str]

    def preceding(self, before: int | None, *, limit: int) -> HistoryResponse:
        """Return the last `limit` messages below `before`, ascending by seq. Raises PyMongoError."""
        newest_first = [message for message in reversed(self.tail) if before is None or message["seq"] < before]
        lowest = self.moved_seq + 1 if before is None else min(before, self.moved_seq + 1)
        missing = limit + 1 - len(newest_first)
        if missing > 0 and lowest > 1:
            earlier = self.mongo.messages.find(
                {"conversationId": self.id, "seq": {"$lt": lowest}}, session=self.session
            )
            newest_first += all_present(earlier.sort("seq", DESCENDING).limit(missing), self.changed)
        messages = [response(message) for message in reversed(newest_first[:limit])]
        return HistoryResponse(messages=messages, hasMore=len(newest_first) > limit, lastChange=self.last_change)

    def following(self, after: int, *, limit: int, max_bytes: int | None) -> HistoryResponse:
        """Return the `first_page` of the messages above `after`. Raises PyMongoError."""
        later = (message for message in self.tail if message["seq"] > after)
        if after >= self.moved_seq:
            return first_page(map(response, later), limit=limit, max_bytes=max_bytes)
        between = {"conversationId": self.id, "seq": {"$gt": after, "$lte": self.moved_seq}}
        moved = self.mongo.messages.find(between, session=self.session).sort("seq", ASCENDING)
        # Without a limit of bytes all of them are wanted, in one batch of the server's own size.
        with moved.limit(limit + 1).batch_size(0 if max_bytes is None else _BATCH) as found:
            messages = chain(all_present(found, self.changed), later)
            return first_page(map(response, messages), limit=limit, max_bytes=max_bytes)

    def changed_after(self, change: int, *, up_to: int, limit: int, max_bytes: int) -> HistoryResponse:
        """Return the `first_page` of the messages up to the seq `up_to` that were changed later, ascending by change.

        Raises PyMongoError.
        """
        if change >= self.last_change:
            return HistoryResponse(messages=[], hasMore=False)
        last_moved = min(up_to, self.moved_seq)
        waiting = {seq for seq, state in self.changed.items() if seq <= last_moved and state["change"] > change}
        here = [message for message in self.tail if message["seq"] <= up_to and message.get("change", 0) > change]
        if waiting:
            moved = self.mongo.messages.find(
                {"conversationId": self.id, "seq": {"$in": sorted(waiting)}}, session=self.session
            )
            here += all_present(moved, self.changed)
        settled = self.mongo.messages.find(
            {"conversationId": self.id, "change": {"$gt": change}, "seq": {"$lte": last_moved}}, session=self.session
        )
        with settled.sort("change", ASCENDING).batch_size(_BATCH) as found:
            others = (message for message in found if message["seq"] not in waiting)
            in_order = heapq.merge(sorted(here, key=_change), others, key=_change)
            return first_page(map(response, in_order), limit=limit, max_bytes=max_bytes)


@contextmanager
def opened(mongo: MongoDatabase, conversation_id: str) -> Iterator[OpenConversation]:
    """Read the document of a conversation, which is empty where there is none, and read on. Raises Unavailable."""
    projection = {**TAIL, **REQUESTS, "lastChange": 1, "readSeq": 1}
    with mongo.guard(), mongo.client.start_session() as session:
        found = mongo.conversations.find_one({"_id": conversation_id}, projection, session=session)
        yield OpenConversation(
            id=conversation_id,
            mongo=mongo,
            session=session,
            moved_seq=found["movedSeq"] if found else 0,
            tail=tail_of(found) if found else [],
            changed=changed_of(found) if found else {},
            last_change=found.get("lastChange", 0) if found else 0,
            read_seq=found["readSeq"] if found else {},
            undecided=undecided_in(found) if found else (),
        )


def _change(message: MessageDocument) -> int:
    return message["change"]
