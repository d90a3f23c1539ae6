"""Message requests: what a stranger has written to a user who wants to be asked first.

A conversation is a request from its first message on, or never: the write that makes its document sets
`requests.waiting.<the receiver>` to the id of that message. The receiver may move it to `requests.ignored`. Whatever
else the receiver tells the sender, such as a message, takes it out of both by the same write: the conversation is
accepted, and stays so. One without `requests` is accepted.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from bson import ObjectId

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import ConversationDocument
from chalicelib.models.pairs import pair_id

RequestState = Literal["waiting", "ignored"]

REQUESTS = {"requests": 1}
"""The projection of a conversation to what `undecided_in` needs."""


def field_of(state: RequestState, user_id: str) -> str:
    """The field that is there where a conversation is a request to this user, in this state."""
    return f"requests.{state}.{user_id}"


def accepted_by(user_id: str) -> dict[str, str]:
    """What a write to a conversation unsets where this user tells the other one something."""
    return {field_of(state, user_id): "" for state in get_args(RequestState)}


def no_request_to(user_id: str) -> dict[str, object]:
    """The condition that a conversation is not a request to this user which they have not accepted."""
    return {field_of(state, user_id): {"$exists": False} for state in get_args(RequestState)}


def undecided_in(conversation: ConversationDocument) -> frozenset[str]:
    """Return the users who have not accepted the conversation: nothing in it is pushed to them, or from them."""
    requests = conversation.get("requests", {})
    return frozenset(requests.get("waiting", {}).keys() | requests.get("ignored", {}).keys())


@dataclass(frozen=True)
class MessageRequestStore:
    """Every method raises Unavailable."""

    mongo: MongoDatabase

    def accept(self, user_id: str, other_id: str) -> bool:
        """Accept what the other user has written. Returns whether there is a conversation, which may be accepted."""
        with self.mongo.guard():
            found = self.mongo.conversations.update_one(
                {"_id": pair_id(user_id, other_id)}, {"$unset": accepted_by(user_id)}
            )
        return bool(found.matched_count)

    def accept_between(self, pairs: Collection[tuple[str, str]]) -> None:
        """Accept the conversations of pairs of users, who have connected, whoever of the two has not accepted."""
        with self.mongo.guard():
            self.mongo.conversations.update_many(
                {"_id": {"$in": [pair_id(*pair) for pair in pairs]}, "requests": {"$exists": True}},
                {"$unset": {"requests": ""}},
            )

    def ignore(self, user_id: str, other_id: str) -> RequestState | Literal["accepted"] | None:
        """Ignore a request that waits. Returns what it is then, None where there is no conversation."""
        conversation_id = pair_id(user_id, other_id)
        waiting, ignored = field_of("waiting", user_id), field_of("ignored", user_id)
        with self.mongo.guard():
            moved = self.mongo.conversations.update_one(
                {"_id": conversation_id, waiting: {"$exists": True}}, {"$rename": {waiting: ignored}}
            )
            if moved.modified_count:
                return "ignored"
            found = self.mongo.conversations.find_one({"_id": conversation_id}, REQUESTS)
        if found is None:
            return None
        return "ignored" if user_id in undecided_in(found) else "accepted"

    def undecided_of(self, conversation_id: str) -> frozenset[str] | None:
        """Return the users who have not accepted the conversation; None where there is none."""
        with self.mongo.guard():
            found = self.mongo.conversations.find_one({"_id": conversation_id}, REQUESTS)
        return None if found is None else undecided_in(found)

    def states_among(self, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], RequestState]:
        """Return {(conversationId, userId): state} of those of these places where the user has not accepted."""
        if not places:
            return {}
        ids = sorted({conversation_id for conversation_id, _ in places})
        with self.mongo.guard():
            found = list(self.mongo.conversations.find({"_id": {"$in": ids}, "requests": {"$exists": True}}, REQUESTS))
        requests = {each["_id"]: each for each in found}
        return {
            (conversation_id, user_id): state
            for conversation_id, user_id in places
            for state in get_args(RequestState)
            if conversation_id in requests and first_of(requests[conversation_id], state, user_id) is not None
        }


def first_of(conversation: ConversationDocument, state: RequestState, user_id: str) -> ObjectId | None:
    """Return the id of the message with which a request began; None where it is not one in this state."""
    requests = conversation.get("requests", {})
    return (requests.get("waiting", {}) if state == "waiting" else requests.get("ignored", {})).get(user_id)
