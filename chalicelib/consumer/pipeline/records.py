"""What a record is: an event, something this release passes over, or poison."""

from dataclasses import dataclass

import msgspec

from chalicelib.clients.kafka.consumer import Record
from chalicelib.events.envelope import VERSION, Envelope, decode
from chalicelib.models.event_types import EVENT_TYPES

MAX_EVENT_BYTES = 256 * 1024
"""The largest event that is written is one of a few hundred bytes; what is this large was not written by us."""

REPLAYED_FROM = "replayed-from"
"""The header of a record that was sent again by hand, such as `dead-letter:<partition>:<offset>`."""


@dataclass(frozen=True)
class Poison:
    """A record that can have no effect, however often it is tried. `reason` is one word, `error` a sentence."""

    record: Record
    reason: str
    error: str


@dataclass(frozen=True)
class Incoming:
    """An event, and the record it came in."""

    event: Envelope
    record: Record

    @property
    def replayed(self) -> bool:
        return any(name == REPLAYED_FROM for name, _value in self.record.headers)


@dataclass(frozen=True)
class Unknown:
    """An event of a type that this release does not know, as a newer one may write while it is rolled out.

    It stays in its topic, is counted, and is passed over.
    """

    event: Envelope


def read(record: Record) -> Incoming | Unknown | Poison:
    """Never raises."""
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
        # Its effects must not be guessed at. It is kept among the dead letters, to be replayed after the upgrade.
        return Poison(record, "unsupported_version", f"Version {event.version} is not the {VERSION} known here.")
    try:
        # Here, and not at the first effect that reads it: that would take its whole batch apart.
        msgspec.convert(event.data, EVENT_TYPES[event.eventType].data)
    except msgspec.ValidationError as error:
        return Poison(record, "wrong_shape", f"{error} in data")
    return Incoming(event, record)
