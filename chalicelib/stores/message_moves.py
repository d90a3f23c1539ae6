"""Moves messages from the tail of their conversation to `messages`, many at a time, so that the tail stays short.

Whoever takes a seq that is a multiple of MOVE_EVERY moves. If that process dies, the next one moves what it left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from bson import ObjectId
from pymongo.errors import BulkWriteError

from chalicelib.clients.mongo.database import DUPLICATE_KEY, MongoDatabase
from chalicelib.clock import Clock
from chalicelib.errors import Unavailable
from chalicelib.events.outbox import pending
from chalicelib.models.documents import MessageDocument
from chalicelib.stores.conversation_tail import TAIL, tail_of
from chalicelib.stores.message_events import sent_event
from chalicelib.stores.message_settling import write_states
from chalicelib.stores.message_state import state_of

MOVE_EVERY = 64
KEEP = 16
"""How many messages the tail keeps. So a conversation's newest message is in its document, unless it is so old that
stores/message_retention.py has taken it."""

KEEP_FOR = timedelta(seconds=3)
"""How long messages stay in the tail: as long as a request lasts. So a request that looks for a clientMessageId among
the messages that were moved can tell afterwards that it has missed none, as they are in the tail yet."""

KEEP_MOST = 192
"""How many stay in any case of such a young age. It is more than processes that write to one conversation at once."""

KEEP_BYTES = 256 * 1024
"""How much text stays at most, whatever its age: each write to the conversation writes its whole document."""

MAX_TAIL = 512
"""How many messages the tail holds: 10 MB of the 16 MB of a document, if all are as long as may be. Nothing is appended
to a full one. It is met where moves fail, or where hundreds of messages arrive while one move is under way."""


ATTEMPTS = 3
"""How often a move is tried, where changes of messages come in between. The next one moves what is left."""


def is_move_due(before: int, after: int, *, moved: int) -> bool:
    """Whether a commit that took `lastSeq` from `before` to `after` is to be followed by a move; `moved` is `movedSeq`.

    It goes by the seqs, not by the length of the tail: that one hovers, and each message would cross the same line.
    """
    return after - moved > KEEP and after // MOVE_EVERY > before // MOVE_EVERY


@dataclass(frozen=True)
class MessageMoves:
    mongo: MongoDatabase
    clock: Clock

    def move(self, conversation_id: str) -> None:
        """Move the oldest messages of the tail, with those of their events that are pending. Raises Unavailable.

        They leave the tail once a majority of the members has them in `messages`, so they are always in one of both.
        It does not matter if two processes move at the same time, or one of them dies. Where a message of the
        conversation is changed meanwhile, they stay and are moved again, so that no text stays in `messages` that was
        deleted.
        """
        self._move(conversation_id, self._leaving)

    def move_before(self, conversation_id: str, moment: datetime) -> None:
        """Move all messages from before a moment that was days ago, by the times in their ids, as `move` does.

        The tail may be empty then. Raises Unavailable.
        """
        first_kept = ObjectId.from_datetime(moment)
        self._move(
            conversation_id, lambda tail: sum(1 for _ in takewhile(lambda message: message["_id"] < first_kept, tail))
        )

    def _move(self, conversation_id: str, leaving: Callable[[Sequence[MessageDocument]], int]) -> None:
        """Move as many of the oldest messages as `leaving` says. Raises Unavailable."""
        with self.mongo.guard():
            for _ in range(ATTEMPTS):
                if self._try_to_move(conversation_id, leaving):
                    return

    def _try_to_move(self, conversation_id: str, number: Callable[[Sequence[MessageDocument]], int]) -> bool:
        """Returns False where a message of the conversation was changed meanwhile. Raises PyMongoError, Unavailable."""
        projection = {**TAIL, "pendingMessages": 1, "lastChange": 1}
        conversation = self.mongo.conversations.find_one({"_id": conversation_id}, projection)
        if conversation is None:
            return True
        tail = tail_of(conversation)
        leaving = tail[: number(tail)]
        if not leaving:
            return True
        waiting = set(conversation["pendingMessages"])
        for message in leaving:
            if message["_id"] in waiting:
                message["pendingEvents"].append(pending(sent_event(message), message["ts"]))
        ids = [message["_id"] for message in leaving]
        self._insert(leaving)
        states = {message["seq"]: state_of(message) for message in leaving if "change" in message}
        if states:
            # Those that another process has inserted may be there as they were before.
            write_states(self.mongo, conversation_id, states)
        pulled = self.mongo.conversations.update_one(
            {"_id": conversation_id, "lastChange": conversation.get("lastChange")},
            {
                "$pull": {"tail": {"_id": {"$in": ids}}, "pendingMessages": {"$in": ids}},
                "$max": {"movedSeq": leaving[-1]["seq"], **_greatest_ids(leaving)},
                **({"$unset": {f"changed.{seq}": "" for seq in states}} if states else {}),
            },
        )
        return bool(pulled.matched_count)

    def _leaving(self, tail: Sequence[MessageDocument]) -> int:
        """Return how many of the oldest messages are to leave."""
        moved_before = self.clock() - KEEP_FOR
        old = sum(1 for _ in takewhile(lambda message: message["ts"] <= moved_before, tail))
        fitting, size = 0, 0
        for message in reversed(tail):
            size += len(message["text"].encode())
            if size > KEEP_BYTES:
                break
            fitting += 1
        return max(0, min(len(tail) - KEEP, max(old, len(tail) - KEEP_MOST, len(tail) - fitting)))

    def _insert(self, messages: Sequence[MessageDocument]) -> None:
        """Insert messages, some of which another process may have inserted.

        Raises Unavailable also where it is not certain that a majority of the members has them.
        """
        try:
            self.mongo.messages.insert_many(messages, ordered=False)
        except BulkWriteError as error:
            if error.details["writeConcernErrors"]:
                raise Unavailable from error
            for problem in error.details["writeErrors"]:
                if problem["code"] != DUPLICATE_KEY or "_id" not in problem["keyPattern"]:
                    raise


def _greatest_ids(messages: Sequence[MessageDocument]) -> dict[str, str]:
    """Return the greatest clientMessageId of each sender, under the name of its field."""
    greatest: dict[str, str] = {}
    for message in messages:
        field = f"movedIds.{message['fromUserId']}"
        greatest[field] = max(message["clientMessageId"], greatest.get(field, ""))
    return greatest
