"""Turns untrusted bytes and query strings into models, and what is wrong with them into a BadRequest."""

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from chalicelib.errors import BadRequest

T = TypeVar("T")

_PLACE = re.compile(r"(?P<reason>.*) - at `\$\.?(?P<path>[^`]*)`", re.DOTALL)
_FIELD = re.compile(r"Object (missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)
_OWN_WORDS = re.compile(r"`(?P<name>\w+)` (?P<rest>.*)", re.DOTALL)

MAX_QUOTED = 100
"""Characters of the client's own text in an answer: what quotes all of it could be larger than an answer may be."""

_WRONG_FORM = "it does not have the form of this field"
_NO_WHOLE_NUMBER = "it is not a whole number such as 50"
_IN_A_URL = (
    (re.compile(r"Expected `int(?: \| null)?`, got `str`"), _NO_WHOLE_NUMBER),
    (re.compile(r"Invalid RFC3339 encoded date"), "it is not a date such as 2026-01-31"),
)
"""What msgspec says of types, where the client knows none: in a URL everything is text."""


def parse_json(raw: bytes | str, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode JSON by a decoder for a Struct, or for a union of them; nothing at all is `{}`.

    Raises BadRequest that names the first field which is missing, unknown or wrong.
    """
    try:
        return decoder.decode(raw or b"{}")
    except msgspec.ValidationError as error:
        raise _bad_request(str(error)) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        # The decoder's own words speak of bytes; a lone surrogate (RFC 8259, 8.2) ends here too.
        raise BadRequest({"body": "it is not valid JSON in UTF-8"}) from error
    except RecursionError as error:
        raise BadRequest({"body": "it is nested too deeply"}) from error


def parse_query(query: Mapping[str, str], model: type[T]) -> T:
    """Convert the parameters of a URL into `model`; numbers come as text. Raises BadRequest, as parse_json."""
    try:
        converted = msgspec.convert(dict(query), type=model, strict=False)
    except msgspec.ValidationError as error:
        words = str(error)
        for said, instead in _IN_A_URL:
            words = said.sub(instead, words)
        raise _bad_request(words) from error
    read = msgspec.to_builtins(converted)
    for name, text in query.items():
        # Where it is not strict, msgspec also reads null as nothing, and 1e1 as 10.
        if read[name] is None:
            raise BadRequest({name: _WRONG_FORM})
        if isinstance(read[name], int) and str(read[name]) != text:
            raise BadRequest({name: _NO_WHOLE_NUMBER})
    return converted


def _bad_request(words: str) -> BadRequest:
    """msgspec says "<reason> - at `$.path`"; a `__post_init__` begins with the field's name in backticks."""
    place = _PLACE.fullmatch(words)
    reason, path = (place["reason"], place["path"]) if place else (words, "")
    named = _FIELD.fullmatch(reason) or _OWN_WORDS.fullmatch(reason)
    names = [path, named["name"][:MAX_QUOTED] if named else ""]
    return BadRequest({".".join(name for name in names if name) or "body": _reason(reason)})


def _reason(words: str) -> str:
    if words.startswith("Object missing required field"):
        return "it is required"
    if words.startswith("Object contains unknown field"):
        return "there is no such field"
    if words.startswith("Expected `str` matching regex"):
        return _WRONG_FORM
    if own := _OWN_WORDS.fullmatch(words):
        words = f"it {own['rest']}"
    return (words[0].lower() + words[1:MAX_QUOTED]).replace("`", "")
