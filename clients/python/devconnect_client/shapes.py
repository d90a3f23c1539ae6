"""What JSON from the network must look like before it is believed."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

Check = Callable[[object], bool]
"""Says whether a value of JSON is of a kind."""

Shape = Mapping[str, Check]
"""The fields that an object must have; it may have others."""

GREATEST = 2**53 - 1
"""The greatest number of the protocol, which every language can hold."""


def is_text(value: object) -> bool:
    """Whether it is text that can be sent back: half a character, as of JSON's `\\ud800`, cannot."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_truth(value: object) -> bool:
    return isinstance(value, bool)


def is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= GREATEST


def is_count(value: object) -> bool:
    return isinstance(value, int) and is_amount(value)


def is_seq(value: object) -> bool:
    return is_count(value) and value != 0


def is_websocket_url(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"ws", "wss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # its port is no port, or it is half an IPv6 address
        return False


def optional(check: Check) -> Check:
    return lambda value: value is None or check(value)


def is_object(shape: Shape) -> Check:
    return lambda value: isinstance(value, dict) and all(check(value.get(name)) for name, check in shape.items())


def is_list(shape: Shape) -> Check:
    return lambda value: isinstance(value, list) and all(map(is_object(shape), value))


MESSAGE: Shape = {
    **dict.fromkeys(("messageId", "fromUserId", "toUserId", "message", "ts"), is_text),
    "seq": is_seq,
    **dict.fromkeys(("replyTo", "change"), optional(is_seq)),
    "editedAt": optional(is_text),
    "deleted": optional(is_truth),
    "reactions": optional(is_object({})),
}
ERROR: Shape = {
    **dict.fromkeys(("error", "code", "action", "clientMessageId"), optional(is_text)),
    "retryAfter": optional(is_amount),
    "fields": optional(is_object({})),
}
