"""Events for tests of the consumer."""

from bson import ObjectId

from chalicelib.events.envelope import Envelope, new_event
from chalicelib.wiring import Wiring


def message_sent(wiring: Wiring, sender: str, receiver: str, seq: int = 1) -> Envelope:
    """A MESSAGE_SENT event whose message is not stored anywhere."""
    conversation = ":".join(sorted((sender, receiver)))
    data = {"messageId": str(ObjectId()), "conversationId": conversation, "seq": seq, "toUserId": receiver}
    return new_event("MESSAGE_SENT", sender, wiring.clock, **data)
