"""Parses untrusted bytes and query strings into models, and turns their errors into a BadRequest."""

import json
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from chalicelib.errors import BadRequest
from chalicelib.models.wrong_fields import WRONG_FORM, path_and_words, wrong_fields

T = TypeVar("T")

_NOT_A_WHOLE_NUMBER = "it is not a whole number such as 50"
_QUERY_REASONS = (
    ("it must be a whole number", _NOT_A_WHOLE_NUMBER),
    ("invalid RFC3339 encoded date", "it is not a date such as 2026-01-31"),
)
"""Replacements for reasons that speak of types, by their beginnings: in a URL, all is text."""


def parse_json(raw: bytes | str, decoder: msgspec.json.Decoder[T]) -> T:
    """Decode JSON with a decoder for a Struct or a union of them. Empty input stands for `{}`.

    Raises BadRequest, which names every field that is missing, unknown or wrong.
    """
    try:
        return decoder.decode(raw or b"{}")
    except msgspec.ValidationError as error:
        fields = _fields(str(error), _decoded(raw or b"{}"), decoder.type, strict=True)
        raise BadRequest(fields) from error
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
        fields = _fields(str(error), dict(query), model, strict=False)
        raise BadRequest({name: _of_a_query(reason) for name, reason in fields.items()}) from error
    values = msgspec.to_builtins(converted)
    for name, text in query.items():
        # As it does not convert strictly, msgspec also takes null for None, and 1e1 for 10.
        if values[name] is None:
            raise BadRequest({name: WRONG_FORM})
        if isinstance(values[name], int) and str(values[name]) != text:
            raise BadRequest({name: _NOT_A_WHOLE_NUMBER})
    return converted


def _fields(message: str, value: object, type_: object, *, strict: bool) -> dict[str, str]:
    """Return every wrong field, or the first one alone, of which msgspec's message is, where it is not among them."""
    path, words = path_and_words(message)
    first = {path or "body": words}
    found = wrong_fields(value, type_, strict=strict)
    return found if first.keys() <= found.keys() else first


def _decoded(raw: bytes | str) -> object:
    """The value of any type, or None where what comes after the first wrong field is no JSON."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _of_a_query(reason: str) -> str:
    return next((other for beginning, other in _QUERY_REASONS if reason.startswith(beginning)), reason)
