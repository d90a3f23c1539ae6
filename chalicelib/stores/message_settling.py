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
        """Settle what these conversations have of messages that were moved. Raises Unavailable.

        A message of the tail may be in `messages` too, where a mover has died: it gets its state there, so that no text
        stays that was deleted.
        """
        with self.mongo.guard():
            waiting = self.mongo.conversations.find(
                {"_id": {"$in": list(conversation_ids)}, "changed": {"$exists": True}}, {"movedSeq": 1, "changed": 1}
            )
            for conversation in waiting:
                moved = conversation["movedSeq"]
                states = changed_of(conversation)
                if states:
                    self.settle(conversation["_id"], states, moved_seq=moved)

    def settle(self, conversation_id: str, states: Mapping[int, MessageState], *, moved_seq: int) -> None:
        """Settle those of these states, {seq: state}, whose messages were moved, up to `moved_seq`. Raises Unavailable.

        A state leaves the conversation once a majority of the members has it in `messages`, so it is always in one of
        both. It does not matter if two processes do this at the same time, or one of them is slow: no state takes the
        place of a later one.
        """
        with self.mongo.guard():
            write_states(self.mongo, conversation_id, states)
            settled = {seq: state for seq, state in states.items() if seq <= moved_seq}
            if not settled:
                return
            # Not waited for: until it is done, the state is in both, and whoever settles next does it again.
            self.mongo.unacknowledged(self.mongo.conversations).bulk_write(
                [
                    UpdateOne(
                        {"_id": conversation_id, f"changed.{seq}.change": state["change"]},
                        {"$unset": {f"changed.{seq}": ""}},
                    )
                    for seq, state in settled.items()
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
