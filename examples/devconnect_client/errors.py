"""What a user of the client is told. Whatever can be recovered from is no error here: the client recovers from it."""

from collections.abc import Mapping
from typing import Any


class DevConnectError(Exception):
    """Base of all errors of this package. The message is a sentence for people."""


class SessionEnded(DevConnectError):
    """The session has ended (logout, a new password, its age): log in again."""


class ClientClosed(DevConnectError):
    """The client was closed first. A message that was not acknowledged by then may or may not be stored."""


class Unavailable(DevConnectError):
    """No answer, or none that says anything. What was asked may have happened, and can be asked again."""


class Fault(Unavailable):
    """A fault of the service, which it may meet again: what was asked is asked again, but not for ever."""


class RateLimited(DevConnectError):
    """Too much was asked; `retry_after` is in seconds."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Refused(DevConnectError):
    """The service said no, and would say so again. `code` is its machine word, `fields` {name: reason}."""

    def __init__(self, sentence: str, code: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.fields = dict(fields or {})


class BadRequest(Refused):
    """`fields` names what is wrong."""


class Blocked(Refused):
    """The receiver takes no messages from this user."""


class NotFound(Refused):
    """There is no such user."""


class BadCredentials(Refused):
    """The e-mail address or the password is wrong."""


class EmailTaken(Refused):
    """There is an account with this e-mail address."""


MAX_FAULTS = 10
"""After so many in a row it is the question that the service fails at."""

_REFUSALS: Mapping[str, type[Refused]] = {
    "bad_request": BadRequest,
    "blocked": Blocked,
    "not_found": NotFound,
    "bad_credentials": BadCredentials,
    "email_taken": EmailTaken,
}


def error_of(body: Mapping[str, Any]) -> DevConnectError:  # Any: JSON
    """The error that the service describes: `{"error": sentence, "code": word}`, in a frame or an HTTP answer."""
    sentence, code = str(body.get("error", "")), str(body.get("code", ""))
    if code == "unauthorized":
        return SessionEnded(sentence)
    if code == "rate_limited":
        return RateLimited(sentence, float(body.get("retryAfter", 1)))
    if code == "internal":
        return Fault(sentence)
    if code in {"", "unavailable"}:
        return Unavailable(sentence or "The service gave no reason.")
    return _REFUSALS.get(code, Refused)(sentence, code, body.get("fields"))


def retry_after(error: Exception) -> float:
    """Seconds that an error says to wait at least."""
    return error.retry_after if isinstance(error, RateLimited) else 0.0


def may_pass(error: Exception, faults: int) -> bool:
    """Whether to ask again; `faults` of the service have answered this question in a row, with this error."""
    if isinstance(error, Fault):
        return faults < MAX_FAULTS
    return isinstance(error, RateLimited | Unavailable)
