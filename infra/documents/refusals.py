"""Error responses as the documents describe them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from chalicelib.errors import INTERNAL, BadRequest, DevConnectError, RateLimited, Suspended
from chalicelib.models import fields
from infra.documents.components import Json


@dataclass(frozen=True)
class Refusal:
    """An error. `more` is {name: schema} of the fields that its body always has besides `error` and `code`."""

    name: str
    status: int
    code: str
    sentence: str
    more: Mapping[str, Json] = field(default_factory=dict)


_MORE: Mapping[type[DevConnectError], Mapping[str, Json]] = {
    BadRequest: {
        "fields": {
            "type": "object",
            "description": 'The reasons, by the name of the field; "body" stands for the whole body.',
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
        }
    },
    RateLimited: {"retryAfter": {"type": "integer", "minimum": 1, "description": "The time to wait, in seconds."}},
    Suspended: {"reason": {"enum": list(get_args(fields.Reason))}},
}

# The two errors that nothing in chalicelib raises.
TOO_LARGE = Refusal("TooLarge", 413, "too_large", "The request is larger than 10 MB.")
INTERNAL_ERROR = Refusal("InternalError", 500, INTERNAL["code"], INTERNAL["error"])


def refusal_of(error: type[DevConnectError]) -> Refusal:
    """Returns the description of an error class."""
    return Refusal(error.__name__, error.status, error.code, error.sentence, _MORE.get(error, {}))


def body_of(refusals: Iterable[Refusal]) -> Json:
    """Returns the schema of a body that describes one of `refusals`."""
    several = list(refusals)
    more = {name: schema for refusal in several for name, schema in refusal.more.items()}
    always = [name for name in more if all(name in refusal.more for refusal in several)]
    return {
        "type": "object",
        "properties": {
            "error": {"type": "string", "description": "A sentence for people."},
            "code": {"enum": sorted({refusal.code for refusal in several})},
            **more,
        },
        "required": ["error", "code", *always],
        "additionalProperties": False,
    }
