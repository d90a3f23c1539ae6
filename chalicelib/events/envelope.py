"""The envelope of every event, and its schema.

A field may be added at any time, as readers ignore fields that they do not know. Any other change needs a new VERSION.
"""

import uuid
from datetime import datetime
from typing import Annotated

import msgspec
import uuid_utils
from msgspec import UNSET, Meta, UnsetType

from chalicelib.clock import Clock, iso
from chalicelib.models import fields
from chalicelib.tracing import current_traceparent

VERSION = 1


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """An event. `eventId` is a UUID, `timestamp` is ISO 8601 in UTC, and `userId` is the key in Kafka.

    The type of the event determines `data`, which holds only what JSON and BSON both have: text, numbers, booleans,
    lists and dicts.
    """

    eventId: Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
    eventType: str
    userId: fields.UserId
    timestamp: Annotated[
        str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z", extra_json_schema={"format": "date-time"})
    ]
    version: int
    data: dict[str, object]
    traceparent: Annotated[str, Meta(pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\Z")] | UnsetType = UNSET
    """Of the request that caused it, where that was traced (W3C Trace Context)."""


def new_event(event_type: str, user_id: str, clock: Clock, **data: object) -> Envelope:
    """Create an event that happens now. Its eventId is a UUIDv7 (RFC 9562), which sorts by time."""
    return Envelope(
        eventId=str(uuid_utils.uuid7()),
        eventType=event_type,
        userId=user_id,
        timestamp=iso(clock()),
        version=VERSION,
        data=data,
        traceparent=current_traceparent() or UNSET,
    )


def derived_event(source: Envelope, event_type: str, user_id: str, **data: object) -> Envelope:
    """Create an event that follows from `source`.

    Created again, it is the same event: its eventId is a UUIDv5 of its source and its type.
    """
    return Envelope(
        eventId=str(uuid.uuid5(uuid.UUID(source.eventId), event_type)),
        eventType=event_type,
        userId=user_id,
        timestamp=source.timestamp,
        version=VERSION,
        data=data,
        traceparent=source.traceparent,
    )


def not_after(now: datetime, event: Envelope) -> Envelope:
    """Return the event with its own time, or with `now` where that is earlier.

    The clock of who wrote an event may be wrong, and a time that is yet to come would outlast all later ones: the time
    at which a user was last seen only grows. A time in the past is kept, as events are delivered again.
    """
    latest = iso(now)  # ISO 8601 in UTC sorts as text
    return event if event.timestamp <= latest else msgspec.structs.replace(event, timestamp=latest)


def encode(envelope: Envelope) -> bytes:
    return msgspec.json.encode(envelope)


_DECODER = msgspec.json.Decoder(Envelope)


def decode(raw: bytes) -> Envelope:
    """Decode an envelope. Raises msgspec.MsgspecError, ValueError or RecursionError where `raw` is not one."""
    event = _DECODER.decode(raw)
    uuid.UUID(event.eventId)
    datetime.fromisoformat(event.timestamp)  # the pattern lets a 31st of February through
    return event
