"""The envelope in which every event travels: its schema, in one place."""

import msgspec
import uuid_utils

from chalicelib.clock import Clock, iso

VERSION = 1


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """An event. `eventId` is a UUIDv7 (RFC 9562), `timestamp` ISO 8601 in UTC, `userId` the key in Kafka.

    `data` is the type's own: see EVENTS in the README's table, or the service that writes it.
    """

    eventId: str
    eventType: str
    userId: str
    timestamp: str
    version: int
    data: dict[str, object]


def new_event(event_type: str, user_id: str, clock: Clock, **data: object) -> Envelope:
    """`data` holds text, numbers, booleans, lists and dicts of them: what both JSON and BSON can carry."""
    return Envelope(
        eventId=str(uuid_utils.uuid7()),
        eventType=event_type,
        userId=user_id,
        timestamp=iso(clock()),
        version=VERSION,
        data=data,
    )


def encode(envelope: Envelope) -> bytes:
    return msgspec.json.encode(envelope)


def decode(raw: bytes) -> Envelope:
    """Raises msgspec.MsgspecError where `raw` is no envelope."""
    return msgspec.json.decode(raw, type=Envelope)
