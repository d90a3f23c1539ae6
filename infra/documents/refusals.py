"""Error responses as the documents describe them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from chalicelib.errors import INTERNAL, BadRequest, DevConnectError, RateLimited, Suspended
from chalicelib.models import fields
from infra.documents.components import SCHEMAS, Json

ERROR = "ErrorResponse"
"""The name of the schema of every error, so that a generator makes one class of it."""

REFERENCE: Json = {"$ref": SCHEMAS + ERROR}
SCHEMA: Json = {
    "type": "object",
    "description": (
        "Why a request is refused. `fields` is there with `bad_request`, `retryAfter` with `rate_limited`, `reason` "
        "with `suspended`. There may be codes and fields that are newer than a client: it ignores those that it does "
        "not know."
    ),
    "properties": {
        "error": {"type": "string", "description": "A sentence for people.", "examples": [INTERNAL["error"]]},
        "code": {"type": "string", "description": "One word for machines.", "examples": [INTERNAL["code"]]},
        "fields": {
            "type": "object",
            "description": 'The reasons, by the name of the field; "body" stands for the whole body.',
            "additionalProperties": {"type": "string"},
        },
        "retryAfter": {"type": "integer", "minimum": 1, "description": "The time to wait, in seconds."},
        "reason": {
            "type": "string",
            "enum": list(get_args(fields.Reason)),
            "description": "Why the user is suspended.",
        },
    },
    "required": ["error", "code"],
}


@dataclass(frozen=True)
class Refusal:
    """An error. `more` are the fields that its body has besides `error` and `code`, with examples."""

    name: str
    status: int
    code: str
    sentence: str
    more: Mapping[str, object]

    @property
    def example(self) -> Json:
        return {"error": self.sentence, "code": self.code, **self.more}


_MORE: Mapping[type[DevConnectError], Mapping[str, object]] = {
    BadRequest: {"fields": {"limit": "it must be at most 100"}},
    RateLimited: {"retryAfter": 12},
    Suspended: {"reason": "spam"},
}

# The two errors that nothing in chalicelib raises.
TOO_LARGE = Refusal("TooLarge", 413, "too_large", "The request is larger than 10 MB.", {})
INTERNAL_ERROR = Refusal("InternalError", 500, INTERNAL["code"], INTERNAL["error"], {})


def refusal_of(error: type[DevConnectError]) -> Refusal:
    """Returns the description of an error class."""
    return Refusal(error.__name__, error.status, error.code, error.sentence, _MORE.get(error, {}))


def described(refusals: Iterable[Refusal]) -> str:
    """Returns a sentence for each of them, with its code."""
    return " ".join(f"`{refusal.code}`: {refusal.sentence}" for refusal in refusals)
