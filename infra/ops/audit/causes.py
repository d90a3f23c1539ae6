"""Which events have a cause that MongoDB keeps, and what an event and its cause have in common: the `key`."""

from collections.abc import Callable, Mapping

from chalicelib.consumer.effects.derived_events import NOTIFICATIONS
from chalicelib.models.pairs import pair_id
from chalicelib.stores.cases import STEPS

OF_CASES = tuple(event_type for _needed, _status, event_type in STEPS.values())
"""The acts of moderators. A case has at most one of each type."""

CHANGES = ("MESSAGE_EDITED", "MESSAGE_DELETED", "MESSAGE_REACTED")
"""The types of which a conversation has one event for each number up to its `lastChange`."""


def _message(_user_id: str, data: Mapping[str, object]) -> str:
    return str(data.get("messageId"))


def _user(user_id: str, _data: Mapping[str, object]) -> str:
    return user_id


def _pair(user_id: str, data: Mapping[str, object]) -> str:
    return pair_id(user_id, str(data.get("toUserId")))


def _socket(_user_id: str, data: Mapping[str, object]) -> str:
    return str(data.get("connectionId"))


def _change(_user_id: str, data: Mapping[str, object]) -> str:
    return f"{data.get('conversationId')}:{data.get('change')}"


def _notified(user_id: str, data: Mapping[str, object]) -> str:
    return f"{user_id}:{data.get('fromUserId')}"


def _report(user_id: str, data: Mapping[str, object]) -> str:
    return f"{data.get('caseId')}:{user_id}"


def _case(_user_id: str, data: Mapping[str, object]) -> str:
    return str(data.get("caseId"))


_KEYS: Mapping[str, Callable[[str, Mapping[str, object]], str]] = {
    "MESSAGE_SENT": _message,
    **dict.fromkeys(CHANGES, _change),
    "USER_SIGNUP": _user,
    "CONNECTION_REQUEST": _pair,
    "CONNECTION_ACCEPTED": _pair,
    "CONNECTION_REJECTED": _pair,
    "REPORT_MADE": _report,
    **dict.fromkeys(OF_CASES, _case),
    "USER_ONLINE": _socket,
    "MESSAGE_NOTIFICATION": _notified,
}

LASTING = (
    *("MESSAGE_SENT", "USER_SIGNUP", "CONNECTION_REQUEST", "CONNECTION_ACCEPTED", "CONNECTION_REJECTED"),
    *("REPORT_MADE", *OF_CASES),
)
"""The types whose cause is never deleted, and which have one event for each cause.

A socket's document is deleted hours after its end, and a socket may come online more than once.
"""

DERIVED = {"MESSAGE_SENT": "MESSAGE_ANALYTICS", **NOTIFICATIONS}
"""The types of events which the consumer publishes for each event of a type. A MESSAGE_NOTIFICATION only may follow."""


def key_of(event_type: str, user_id: str, data: Mapping[str, object]) -> str | None:
    """Return the key of an event's cause, or of the notification that a MESSAGE_NOTIFICATION leads to."""
    key = _KEYS.get(event_type)
    return key(user_id, data) if key else None
