"""Decodes a record: it is a known event, an event of an unknown type, or poison."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib.clients.kafka.consumer import Record
from chalicelib.events.envelope import VERSION, Envelope, decode, not_after
from chalicelib.models.event_types import EVENT_TYPES

MAX_EVENT_BYTES = 256 * 1024
"""The largest event of this service has a few hundred bytes, so a record larger than this is not one of its events."""

REPLAYED_FROM = "replayed-from"
"""The header of a record that an operator has sent again; its value is like `dead-letter:<partition>:<offset>`."""


@dataclass(frozen=True)
class Poison:
    """A record that cannot be processed, however often it is tried. `reason` is one word, and `error` a sentence."""

    record: Record
    reason: str
    error: str


@dataclass(frozen=True)
class Incoming:
    """An event, and the record that contained it."""

    event: Envelope
    record: Record

    @property
    def replayed(self) -> bool:
        return any(name == REPLAYED_FROM for name, _value in self.record.headers)


@dataclass(frozen=True)
class Unknown:
    """An event of a type that this release does not know, such as a newer release may write while it is rolled out.

    It is counted and otherwise ignored, and stays in its topic.
    """

    event: Envelope


def read(record: Record, now: datetime) -> Incoming | Unknown | Poison:
    """Decode and check a record. The time of its event is `now` at the latest. Never raises."""
    raw = record.value or b""
    if len(raw) > MAX_EVENT_BYTES:
        return Poison(record, "too_large", f"The record has {len(raw)} bytes, more than {MAX_EVENT_BYTES}.")
    try:
        event = decode(raw)
    except (ValueError, RecursionError) as error:  # msgspec's are ValueErrors
        malformed = isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError)
        return Poison(record, "not_json" if malformed else "wrong_shape", str(error))
    if event.eventType not in EVENT_TYPES:
        return Unknown(event)
    if event.version != VERSION:
        # Its meaning must not be guessed at. The dead letters keep it, to be replayed after the upgrade.
        return Poison(record, "unsupported_version", f"Version {event.version} is not the {VERSION} known here.")
    try:
        # It is checked here rather than by the first effect that reads it, which would then fail for its whole batch.
        msgspec.convert(event.data, EVENT_TYPES[event.eventType].data)
    except msgspec.ValidationError as error:
        return Poison(record, "wrong_shape", f"{error} in data")
    return Incoming(not_after(now, event), record)
