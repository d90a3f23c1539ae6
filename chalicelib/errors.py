"""The tree of errors. Those that a user may see have a machine-readable code and an HTTP status.

These are the only errors that a service raises on purpose. The clients turn the errors of drivers into them
(`raise ... from`), and `handlers` renders them as an HTTP response or as an `error` frame.
"""

from collections.abc import Mapping
from typing import ClassVar


class DevConnectError(Exception):
    """Base of every error that a user may see. The message is a sentence for people."""

    code: ClassVar[str]
    status: ClassVar[int]
    sentence: ClassVar[str]

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)

    def body(self) -> dict[str, object]:
        """Return `{"error": "<sentence>", "code": "<machine_word>"}`, to which a subclass may add fields."""
        return {"error": str(self), "code": self.code}


class BadRequest(DevConnectError):
    """The input is not valid. `fields` is {name: reason}; the name "body" stands for the whole input."""

    code = "bad_request"
    status = 400
    sentence = "The request is not valid."

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in self.fields.items()))

    def body(self) -> dict[str, object]:
        return {**super().body(), "fields": self.fields}


class Unauthorized(DevConnectError):
    code = "unauthorized"
    status = 401
    sentence = "Log in first: there is no valid session."


class BadCredentials(DevConnectError):
    """One error for an unknown account and for a wrong password, so that a client cannot tell them apart."""

    code = "bad_credentials"
    status = 401
    sentence = "The email address or the password is wrong."


class Blocked(DevConnectError):
    code = "blocked"
    status = 403
    sentence = "This user does not take messages from you."


class Unanswered(DevConnectError):
    """The receiver is not connected with the sender, and has not answered several messages."""

    code = "unanswered"
    status = 403
    sentence = "This user has not answered your messages yet: connect, or wait for an answer."


class ConnectionsOnly(DevConnectError):
    """The receiver takes messages from connections alone, and the sender is none."""

    code = "connections_only"
    status = 403
    sentence = "This user takes messages from connections alone: ask for a connection first."


class Unverified(DevConnectError):
    """A user turns to a stranger, and has not shown that their email address is theirs."""

    code = "unverified"
    status = 403
    sentence = "Confirm your email address first: until then strangers hear nothing from you."


class Suspended(DevConnectError):
    """The password is right, but a moderator has suspended the account; `reason` is one of `fields.Reason`."""

    code = "suspended"
    status = 403
    sentence = "This account is suspended."

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"This account is suspended ({reason}).")

    def body(self) -> dict[str, object]:
        return {**super().body(), "reason": self.reason}


class Forbidden(DevConnectError):
    code = "forbidden"
    status = 403
    sentence = "You may not do this."


class TooLate(DevConnectError):
    code = "too_late"
    status = 403
    sentence = "A message can be edited within 15 minutes after it was sent."


class OriginNotAllowed(DevConnectError):
    code = "origin_not_allowed"
    status = 403
    sentence = "Pages of this origin may not connect."


class NotFound(DevConnectError):
    code = "not_found"
    status = 404
    sentence = "There is no such thing."


class EmailTaken(Exception):
    """An account with this address exists already. Whoever asks is not told: only the owner is, by mail."""


class Conflict(DevConnectError):
    code = "conflict"
    status = 409
    sentence = "This cannot be done in the state that things are in."


class LinkGone(DevConnectError):
    """One error for a link that was used, has expired, or was never sent."""

    code = "link_gone"
    status = 410
    sentence = "This link was used already, or is too old: ask for another one."


class UnsupportedMediaType(DevConnectError):
    code = "unsupported_media_type"
    status = 415
    sentence = "The body must be application/json."


class RateLimited(DevConnectError):
    """`retry_after` is in whole seconds, 1 or more."""

    code = "rate_limited"
    status = 429
    sentence = "Too many attempts: try again later."

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Too many attempts: try again in {retry_after} s.")

    def body(self) -> dict[str, object]:
        return {**super().body(), "retryAfter": self.retry_after}


class DependencyDown(Exception):
    """Base of the errors that say that a server cannot be reached.

    They mean back-pressure: the consumer waits until the server is back, and blames no event.
    """


class Unavailable(DevConnectError, DependencyDown):
    """MongoDB, the source of truth, cannot be reached.

    The outcome of the request is unknown. A request that can be sent again can be sent again safely.
    """

    code = "unavailable"
    status = 503
    sentence = "The service cannot answer right now: try again."


class RedisUnavailable(DependencyDown):
    """Redis did not respond. A user never sees this, as every caller goes on with MongoDB."""


class KafkaUnavailable(DependencyDown):
    """Kafka did not acknowledge a record. Handlers leave their event pending, and the consumer waits."""


class FilesUnavailable(DependencyDown):
    """The storage of files did not answer, or refused. A task waits for it and begins again; no request needs it."""


class SettingsError(Exception):
    """A setting is missing or wrong. The message is a sentence that names the variable."""


FLOODING = {"error": "Too many frames were refused: wait before you connect again.", "code": "flooding"}
"""The body of the last frame to a socket that is closed as it goes on sending what is refused."""

INTERNAL = {"error": "Something went wrong on our side.", "code": "internal"}
"""The body of the response to a user where this code has failed. The details are in the log."""
