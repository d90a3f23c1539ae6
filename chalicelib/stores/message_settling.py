"""Settling: the states of changed messages follow their messages to `messages`, and leave the conversation.

Whoever changes a message that was moved settles its state. If that process dies, the effect of its event does it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pymongo import UpdateOne

from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.models.documents import MessageState
from chalicelib.stores.message_state import changed_of


@dataclass(frozen=True)
class MessageSettling:
    mongo: MongoDatabase

    def settle_all(self, conversation_ids: Sequence[str]) -> None:
        """Settle what these conversations have of messages that were moved. Raises Unavailable."""
        with self.mongo.guard():
            waiting = self.mongo.conversations.find(
                {"_id": {"$in": list(conversation_ids)}, "changed": {"$exists": True}}, {"movedSeq": 1, "changed": 1}
            )
            for conversation in waiting:
                moved = conversation["movedSeq"]
                states = {seq: state for seq, state in changed_of(conversation).items() if seq <= moved}
                if states:
                    self.settle(conversation["_id"], states)

    def settle(self, conversation_id: str, states: Mapping[int, MessageState]) -> None:
        """Settle these states, {seq: state}, of messages that were moved. Raises Unavailable.

        A state leaves the conversation once a majority of the members has it in `messages`, so it is always in one of
        both. It does not matter if two processes do this at the same time, or one of them is slow: no state takes the
        place of a later one.
        """
        with self.mongo.guard():
            write_states(self.mongo, conversation_id, states)
            # Not waited for: until it is done, the state is in both, and whoever settles next does it again.
            self.mongo.unacknowledged(self.mongo.conversations).bulk_write(
                [
                    UpdateOne(
                        {"_id": conversation_id, f"changed.{seq}.change": state["change"]},
                        {"$unset": {f"changed.{seq}": ""}},
                    )
                    for seq, state in states.items()
                ],
                ordered=False,
            )


def write_states(mongo: MongoDatabase, conversation_id: str, states: Mapping[int, MessageState]) -> None:
    """Give those of these messages that are in `messages` their states, unless they have later ones.

    Raises PyMongoError also where it is not certain that a majority of the members has them.
    """
    mongo.messages.bulk_write(
        [
            UpdateOne(
                {"conversationId": conversation_id, "seq": seq, "change": {"$not": {"$gte": state["change"]}}},
                {"$set": state},
            )
            for seq, state in states.items()
        ],
        ordered=False,
    )
