"""The errors that the client raises. Errors that the client can recover from are not raised: it recovers from them."""

from collections.abc import Mapping
from typing import Any


class DevConnectError(Exception):
    """Base class of all errors of this package. The message is a sentence for people."""


class SessionEnded(DevConnectError):
    """The session has ended (by logout, by a new password or by expiry): log in again."""


class Evicted(DevConnectError):
    """The user has opened one device too many, for which this one was closed: it comes back only if the user asks."""


class ClientClosed(DevConnectError):
    """The client was closed before the answer arrived. A message not acknowledged by then may or may not be stored."""


class Unavailable(DevConnectError):
    """There was no usable answer. The request may have taken effect, and may be repeated."""


class Fault(Unavailable):
    """An internal error of the service, which may recur: the request is repeated, but not for ever."""


class RateLimited(DevConnectError):
    """A rate limit was exceeded; `retry_after` is in seconds."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Flooding(RateLimited):
    """So many frames were refused that the service closes the websocket: wait for `retry_after`, then reconnect."""


class Refused(DevConnectError):
    """The service refuses the request, and would refuse it again.

    `code` is the service's machine-readable code, `fields` is {name: reason}.
    """

    def __init__(self, sentence: str, code: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.fields = dict(fields or {})


class BadRequest(Refused):
    """The request is invalid; `fields` names the invalid fields."""


class Blocked(Refused):
    """The receiver does not accept messages from this user."""


class ConnectionsOnly(Refused):
    """The receiver takes messages from connections alone, and this user is none."""


class Unanswered(Refused):
    """The receiver has not answered the messages of this user, and is not connected with them."""


class NotFound(Refused):
    """There is no such user."""


class BadCredentials(Refused):
    """The e-mail address or the password is wrong."""


class Suspended(Refused):
    """The password is right, but moderators have suspended the account: the user was told why by mail."""


class Unverified(Refused):
    """The user has to confirm their address before they may write to users whom they are not connected with."""


class LinkGone(Refused):
    """The link from a mail was used already, or is too old."""


MAX_FAULTS = 10
"""After this many faults in a row, the request itself is taken to be the cause."""

_REFUSALS: Mapping[str, type[Refused]] = {
    "bad_request": BadRequest,
    "blocked": Blocked,
    "connections_only": ConnectionsOnly,
    "unanswered": Unanswered,
    "not_found": NotFound,
    "bad_credentials": BadCredentials,
    "suspended": Suspended,
    "unverified": Unverified,
    "link_gone": LinkGone,
}


def error_of(body: Mapping[str, Any]) -> DevConnectError:  # Any: JSON
    """Returns the error that a frame or an HTTP response describes: `{"error": sentence, "code": word}`."""
    sentence, code = str(body.get("error", "")), str(body.get("code", ""))
    if code == "unauthorized":
        return SessionEnded(sentence)
    if code == "rate_limited":
        return RateLimited(sentence, float(body.get("retryAfter", 1)))
    if code == "flooding":
        return Flooding(sentence, float(body.get("retryAfter", 60)))
    if code == "internal":
        return Fault(sentence)
    if code in {"", "unavailable"}:
        return Unavailable(sentence or "The service gave no reason.")
    return _REFUSALS.get(code, Refused)(sentence, code, body.get("fields"))


def retry_after(error: Exception) -> float:
    """Returns the least number of seconds to wait after this error."""
    return error.retry_after if isinstance(error, RateLimited) else 0.0


def is_temporary(error: Exception, faults: int) -> bool:
    """Whether to repeat the request; `faults` counts its faults in a row, this error included."""
    if isinstance(error, Fault):
        return faults < MAX_FAULTS
    return isinstance(error, RateLimited | Unavailable)
