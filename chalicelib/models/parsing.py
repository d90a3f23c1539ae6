"""Parses untrusted bytes and query strings into models, and turns their errors into a BadRequest."""

import json
import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from chalicelib.errors import BadRequest

T = TypeVar("T")

_REASON_AND_PATH = re.compile(r"(?P<reason>.*) - at `\$\.?(?P<path>[^`]*)`", re.DOTALL)
_MISSING_OR_UNKNOWN = re.compile(r"Object (missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)
_FROM_POST_INIT = re.compile(r"`(?P<name>\w+)` (?P<reason>.*)", re.DOTALL)

MAX_QUOTED = 100
"""How many characters of the client's own text a response quotes, as the whole text could be too large for one."""

_WRONG_FORM = "it does not have the form of this field"
_NOT_A_WHOLE_NUMBER = "it is not a whole number such as 50"
_QUERY_REASONS = (
    (re.compile(r"Expected `int(?: \| null)?`, got `str`"), _NOT_A_WHOLE_NUMBER),
    (re.compile(r"Invalid RFC3339 encoded date"), "it is not a date such as 2026-01-31"),
)
"""Replacements for messages of msgspec that speak of types. A client does not know these: in a URL, all is text."""


def parse_json(raw: bytes | str, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode JSON with a decoder for a Struct or a union of them. Empty input stands for `{}`.

    Raises BadRequest, which names the first field that is missing, unknown or wrong.
    """
    try:
        return decoder.decode(raw or b"{}")
    except msgspec.ValidationError as error:
        raise _bad_request(str(error)) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        # The decoder's own message speaks of bytes. A lone surrogate (RFC 8259, section 8.2) ends here too.
        raise BadRequest({"body": "it is not valid JSON in UTF-8"}) from error
    except RecursionError as error:
        raise BadRequest({"body": "it is nested too deeply"}) from error


def refuse_repeated(raw: str, name: str) -> None:
    """Raises BadRequest where the object `raw` gives `name` twice, of which a decoder would take the last.

    `raw` is valid JSON. Where its text shows that the name is there once at most, it is not parsed again.
    """
    if raw.count(f'"{name}"') < 2 and "\\u" not in raw:
        return
    names = json.loads(raw, object_pairs_hook=lambda pairs: [key for key, _value in pairs])
    if names.count(name) > 1:
        raise BadRequest({name: "it is given more than once"})


def parse_query(query: Mapping[str, str], model: type[T]) -> T:
    """Convert the parameters of a URL, in which numbers are text, to `model`. Raises BadRequest, as parse_json does."""
    try:
        converted = msgspec.convert(dict(query), type=model, strict=False)
    except msgspec.ValidationError as error:
        message = str(error)
        for pattern, reason in _QUERY_REASONS:
            message = pattern.sub(reason, message)
        raise _bad_request(message) from error
    values = msgspec.to_builtins(converted)
    for name, text in query.items():
        # As it does not convert strictly, msgspec also takes null for None, and 1e1 for 10.
        if values[name] is None:
            raise BadRequest({name: _WRONG_FORM})
        if isinstance(values[name], int) and str(values[name]) != text:
            raise BadRequest({name: _NOT_A_WHOLE_NUMBER})
    return converted


def _bad_request(message: str) -> BadRequest:
    """Convert a message of msgspec, "<reason> - at `$.path`".

    The reason that a `__post_init__` gives begins with the name of the field in backticks.
    """
    match = _REASON_AND_PATH.fullmatch(message)
    reason, path = (match["reason"], match["path"]) if match else (message, "")
    field = _MISSING_OR_UNKNOWN.fullmatch(reason) or _FROM_POST_INIT.fullmatch(reason)
    names = [path, field["name"][:MAX_QUOTED] if field else ""]
    return BadRequest({".".join(name for name in names if name) or "body": _reason_for_client(reason)})


def _reason_for_client(reason: str) -> str:
    if reason.startswith("Object missing required field"):
        return "it is required"
    if reason.startswith("Object contains unknown field"):
        return "there is no such field"
    if reason.startswith("Expected `str` matching regex"):
        return _WRONG_FORM
    if match := _FROM_POST_INIT.fullmatch(reason):
        reason = f"it {match['reason']}"
    return (reason[0].lower() + reason[1:MAX_QUOTED]).replace("`", "")
