"""The types of events: what each carries, on which topic it travels, and what the consumer does with it.

What effects read is checked as a client's input is: what would make an effect fail for ever at a dependency is poison,
and known as such. A field may be added at any time: readers pass over what they do not know.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.models import fields

MessageId = Annotated[str, Meta(pattern=r"^[0-9a-f]{24}\Z", examples=["697df8c0e1b5a40007c4d2f1"])]
ConversationId = Annotated[
    str,
    Meta(pattern=r"^[0-9a-f]{24}:[0-9a-f]{24}\Z", examples=["697df8a2e1b5a40007c4d2e0:697df8b1e1b5a40007c4d2e8"]),
]
"""The two users' ids, sorted."""


class UserSignup(msgspec.Struct, frozen=True):
    """As the user gave them, under the rules of that day."""

    # So that a rule which becomes stricter makes no poison of what is stored: no effect reads the name, and of the
    # address the mail service is the judge.
    emailId: str
    firstName: str


class UserLogin(msgspec.Struct, frozen=True):
    """The address as API Gateway tells it."""

    ip: str


class UserLogout(msgspec.Struct, frozen=True):
    """What ended: one session, or every session that began before an epoch of the user."""

    reason: str
    sessionId: fields.SessionId | None = None
    epoch: Annotated[int, Meta(ge=1, le=2**53)] | None = None

    def __post_init__(self) -> None:
        if (self.sessionId is None) == (self.epoch is None):
            raise ValueError("either sessionId or epoch is required, and not both")


class UserPresence(msgspec.Struct, frozen=True):
    """Of USER_ONLINE and USER_OFFLINE: the device that came or went."""

    connectionId: str


class ProfileUpdated(msgspec.Struct, frozen=True):
    """The names of the fields that were set."""

    fields: list[str]


class MessageSent(msgspec.Struct, frozen=True):
    """Of MESSAGE_SENT, and of the MESSAGE_ANALYTICS that follows from it. The text is in MongoDB alone."""

    messageId: MessageId
    conversationId: ConversationId
    seq: fields.Seq
    toUserId: fields.UserId


class MessageRead(msgspec.Struct, frozen=True):
    """The event's user has read what `fromUserId` sent, up to `seq`."""

    conversationId: ConversationId
    seq: fields.Seq
    fromUserId: fields.UserId


class ConnectionChanged(msgspec.Struct, frozen=True):
    """Of CONNECTION_REQUEST, CONNECTION_ACCEPTED and CONNECTION_REJECTED: whom it concerns besides its user."""

    toUserId: fields.UserId


class Notification(msgspec.Struct, frozen=True):
    """Of the ..._NOTIFICATION events; their userId is who is notified."""

    fromUserId: fields.UserId


class MessageNotification(Notification, frozen=True):
    messageId: MessageId
    conversationId: ConversationId
    seq: fields.Seq


class ProfileView(msgspec.Struct, frozen=True):
    viewedUserId: fields.UserId


EffectName = Literal[
    "last_times",
    "changed_profiles",
    "ended_sessions",
    "conversation_repair",
    "derived_events",
    "notifications",
    "presence_fanout",
    "welcome_email",
]
"""The effects of the consumer, in the order in which a batch is given to them: see `consumer/effects/registry.py`."""


@dataclass(frozen=True)
class EventType:
    """Everything that is decided about one type of event.

    `data` is what it carries besides its envelope. `effects` are the effects that take it. `is_activity` says that its
    user did something themselves, and so was active on that day: what happens to somebody is no activity, nor is an
    end, which may come by itself.
    """

    topic: str
    data: type[msgspec.Struct]
    effects: tuple[EffectName, ...] = ()
    is_activity: bool = False


EVENT_TYPES: dict[str, EventType] = {
    "USER_SIGNUP": EventType("user-events", UserSignup, ("last_times", "welcome_email"), is_activity=True),
    "USER_LOGIN": EventType("user-events", UserLogin, ("last_times",), is_activity=True),
    "USER_LOGOUT": EventType("user-events", UserLogout, ("last_times", "ended_sessions")),
    "USER_ONLINE": EventType("user-events", UserPresence, ("last_times", "presence_fanout"), is_activity=True),
    "USER_OFFLINE": EventType("user-events", UserPresence, ("last_times", "presence_fanout")),
    "PROFILE_UPDATED": EventType("user-events", ProfileUpdated, ("changed_profiles",), is_activity=True),
    "MESSAGE_SENT": EventType(
        "message-events", MessageSent, ("conversation_repair", "derived_events"), is_activity=True
    ),
    "MESSAGE_READ": EventType("message-events", MessageRead, is_activity=True),
    "CONNECTION_REQUEST": EventType("connection-events", ConnectionChanged, ("derived_events",), is_activity=True),
    "CONNECTION_ACCEPTED": EventType("connection-events", ConnectionChanged, ("derived_events",), is_activity=True),
    "CONNECTION_REJECTED": EventType("connection-events", ConnectionChanged, is_activity=True),
    "CONNECTION_REQUEST_NOTIFICATION": EventType("notification-events", Notification, ("notifications",)),
    "CONNECTION_ACCEPTED_NOTIFICATION": EventType("notification-events", Notification, ("notifications",)),
    "MESSAGE_NOTIFICATION": EventType("notification-events", MessageNotification, ("notifications",)),
    "MESSAGE_ANALYTICS": EventType("analytics-events", MessageSent),
    "PROFILE_VIEW": EventType("analytics-events", ProfileView, is_activity=True),
}
"""Every type of event: the one place that declares them."""
