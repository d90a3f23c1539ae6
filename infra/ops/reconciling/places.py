"""The places of lost messages: each is filled with a message without a text, so that no seq is taken twice.

A client that has seen a message believes that it has every message up to its seq, and would never show another one that
took it: see docs/decisions/0027-lost-messages-keep-their-place.md.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import click
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clock import utc_now
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import TailMessage
from chalicelib.stores.message_moves import MOVE_EVERY, MessageMoves

LOST_TEXT = ""
"""No user can send it: a text has at least one character."""


def fill(mongo: MongoDatabase, conversation_id: str, sent: Mapping[int, Envelope]) -> int:
    """Fill the places after the last message of a conversation, up to the greatest seq of `sent`; return how many.

    `sent` are {seq: its MESSAGE_SENT}. A filled place has the id, the sender and the time of its lost message, so its
    event is the one that Kafka has. Where Kafka lacks one as well, its sender and time are those of the next place, and
    it is pending. Raises PyMongoError, Unavailable, and click.ClickException where somebody else writes meanwhile.
    """
    found = mongo.conversations.find_one({"_id": conversation_id}, {"lastSeq": 1})
    last = 0 if found is None else found["lastSeq"]
    moves = MessageMoves(mongo, utc_now)
    places = _places(last, sent)
    for first in range(0, len(places), MOVE_EVERY):
        _append(mongo, conversation_id, last + first, places[first : first + MOVE_EVERY])
        moves.move(conversation_id)
    return len(places)


def _places(last: int, sent: Mapping[int, Envelope]) -> list[tuple[TailMessage, bool]]:
    """Return the messages of the places after `last`, each with whether Kafka has its event."""
    places: list[tuple[TailMessage, bool]] = []
    newest = max(sent)
    following = sent[newest]
    for seq in range(newest, last, -1):
        event = sent.get(seq)
        following = event or following
        message_id = ObjectId(None if event is None else str(event.data["messageId"]))
        places.append((_without_text(message_id, following), event is not None))
    return places[::-1]


def _without_text(message_id: ObjectId, event: Envelope) -> TailMessage:
    return TailMessage(
        _id=message_id,
        fromUserId=event.userId,
        # No sender knows it, so a message that is sent again is stored as a new one. It is smaller than what clients
        # choose, so that their ids are still known to be new without a look-up.
        clientMessageId=f"!{message_id}",
        text=LOST_TEXT,
        ts=datetime.fromisoformat(event.timestamp),
    )


def _append(mongo: MongoDatabase, conversation_id: str, last: int, places: Sequence[tuple[TailMessage, bool]]) -> None:
    messages = [message for message, _has_event in places]
    pending = [message["_id"] for message, has_event in places if not has_event]
    try:
        written = mongo.conversations.update_one(
            {"_id": conversation_id, "lastSeq": last},
            {
                "$inc": {"lastSeq": len(messages)},
                "$push": {"tail": {"$each": messages}, "pendingMessages": {"$each": pending}},
                "$max": {"updatedAt": messages[-1]["ts"]},
                "$setOnInsert": {
                    "userIds": conversation_id.split(":"),
                    "movedSeq": 0,
                    "movedIds": {},
                    "readSeq": {},
                    "pendingEvents": [],
                },
            },
            upsert=last == 0,
        )
    except DuplicateKeyError:
        pass
    else:
        if written.modified_count or written.upserted_id:
            return
    raise click.ClickException(f"Somebody writes to the conversation {conversation_id}: stop the functions first.")
