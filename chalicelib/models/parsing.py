"""Turns untrusted bytes and query strings into models, and what is wrong with them into a BadRequest."""

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from chalicelib.errors import BadRequest

T = TypeVar("T")

_PATH = re.compile(r"^(?P<reason>.*) - at `\$\.?(?P<path>[^`]*)`$", re.DOTALL)
_NAMED = re.compile(r"`(?P<name>[^`]*)`")


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
        return msgspec.convert(dict(query), type=model, strict=False)
    except msgspec.ValidationError as error:
        raise _bad_request(str(error)) from error


def _bad_request(words: str) -> BadRequest:
    """msgspec says "<reason> - at `$.path`", or names a missing or unknown field in backticks."""
    path = _PATH.match(words)
    if path is not None and path["path"] and (inner := _NAMED.search(path["reason"])) and "field" in path["reason"]:
        return BadRequest({f"{path['path']}.{inner['name']}": _reason(path["reason"])})
    if path is not None:
        return BadRequest({path["path"] or "body": _reason(path["reason"])})
    named = _NAMED.search(words)
    if named is not None and not words.startswith("Expected"):
        return BadRequest({named["name"]: _reason(words)})
    return BadRequest({"body": _reason(words)})


def _reason(words: str) -> str:
    if words.startswith("Object missing required field"):
        return "it is required"
    if words.startswith("Object contains unknown field"):
        return "there is no such field"
    if words.startswith("Expected `str` matching regex"):
        return "it does not have the form of this field"
    return words[0].lower() + words[1:].replace("`", "")
