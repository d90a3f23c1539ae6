"""The types of events: their data, their topics, and what the consumer does with them.

The fields that effects read are checked in the same way as input from clients. So an event that would always make an
effect fail at a dependency is recognised as poison. A field may be added at any time, as readers ignore fields that
they do not know.
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
"""The sorted ids of the two users."""


class UserSignup(msgspec.Struct, frozen=True):
    """Nothing: an event outlives an account by days, so who the user is stands in MongoDB alone."""


class SignupRepeated(msgspec.Struct, frozen=True):
    """Nothing: somebody has signed up with the address of this user, who is told by mail."""


class EmailChanged(msgspec.Struct, frozen=True):
    """Nothing: the former address, which is told by mail, is in the user's document under the event's id."""


class UserLogin(msgspec.Struct, frozen=True):
    """Nothing: the session has the client's address, for as long as the account."""


class UserLogout(msgspec.Struct, frozen=True):
    """What has ended: one session, or all sessions of the user that began before an epoch."""

    reason: str
    sessionId: fields.SessionId | None = None
    epoch: Annotated[int, Meta(ge=1, le=2**53 - 1)] | None = None

    def __post_init__(self) -> None:
        if (self.sessionId is None) == (self.epoch is None):
            raise ValueError("either sessionId or epoch is required, and not both")


class UserPresence(msgspec.Struct, frozen=True):
    """The data of USER_ONLINE and USER_OFFLINE: the socket of the device."""

    connectionId: str


class ProfileUpdated(msgspec.Struct, frozen=True):
    """The data of PROFILE_UPDATED and VISIBILITY_CHANGED: the names of the fields that the user has set."""

    fields: list[str]


class MessageSent(msgspec.Struct, frozen=True):
    """The data of MESSAGE_SENT and of the MESSAGE_ANALYTICS that follows from it. Only MongoDB has the text."""

    messageId: MessageId
    conversationId: ConversationId
    seq: fields.Seq
    toUserId: fields.UserId


class MessageChanged(msgspec.Struct, frozen=True):
    """The data of MESSAGE_EDITED, MESSAGE_DELETED and MESSAGE_REACTED. `change` is its number in the conversation."""

    messageId: MessageId
    conversationId: ConversationId
    seq: fields.Seq
    change: fields.Seq


class MessageRead(msgspec.Struct, frozen=True):
    """The user of the event has read the messages from `fromUserId` up to `seq`."""

    conversationId: ConversationId
    seq: fields.Seq
    fromUserId: fields.UserId


class ConnectionChanged(msgspec.Struct, frozen=True):
    """The data of CONNECTION_REQUEST, CONNECTION_ACCEPTED and CONNECTION_REJECTED: the other user."""

    toUserId: fields.UserId


class ReportMade(msgspec.Struct, frozen=True):
    """The user of the event has reported another one, or with `messageId` a message of theirs."""

    caseId: fields.CaseId
    aboutUserId: fields.UserId
    reason: fields.Reason
    messageId: MessageId | None = None


class ModeratorActed(msgspec.Struct, frozen=True):
    """The data of the acts on a case: REPORT_DISMISSED and USER_REINSTATED. Its user is the one who was reported."""

    caseId: fields.CaseId
    moderatorId: fields.UserId


class ModeratorActedFor(ModeratorActed, frozen=True):
    """The data of the acts that need a reason: USER_WARNED and USER_SUSPENDED."""

    reason: fields.Reason


class Notification(msgspec.Struct, frozen=True):
    """The data of the ..._NOTIFICATION events, whose userId is the user to be notified.

    A `fromUserId` that is the user's own is of a notification that is from nobody: of a warning, or of an export.
    """

    fromUserId: fields.UserId


class WarningNotification(Notification, frozen=True):
    reason: fields.Reason


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
    "confirmed_messages",
    "cached_messages",
    "changed_messages",
    "accepted_requests",
    "derived_events",
    "notifications",
    "presence_fanout",
    "account_emails",
    "notification_emails",
    "suspensions",
]
"""The effects of the consumer, in the order in which they get a batch: see `consumer/effects/registry.py`."""


@dataclass(frozen=True)
class EventType:
    """Everything that is decided about one type of event.

    `data` is the struct of the envelope's `data`. `effects` are the effects that take the event. `is_activity` says
    that its user did something themselves, and so was active on that day. Something that happens to a user does not
    count as activity, nor does the end of a session or a socket, which may come by itself.
    """

    topic: str
    data: type[msgspec.Struct]
    effects: tuple[EffectName, ...] = ()
    is_activity: bool = False


EVENT_TYPES: dict[str, EventType] = {
    "USER_SIGNUP": EventType("user-events", UserSignup, ("last_times", "account_emails"), is_activity=True),
    "SIGNUP_REPEATED": EventType("user-events", SignupRepeated, ("account_emails",)),
    "USER_LOGIN": EventType("user-events", UserLogin, ("last_times",), is_activity=True),
    "USER_LOGOUT": EventType("user-events", UserLogout, ("last_times", "ended_sessions", "account_emails")),
    "USER_ONLINE": EventType("user-events", UserPresence, ("last_times", "presence_fanout"), is_activity=True),
    "USER_OFFLINE": EventType("user-events", UserPresence, ("last_times", "presence_fanout")),
    "PROFILE_UPDATED": EventType("user-events", ProfileUpdated, ("changed_profiles",), is_activity=True),
    "VISIBILITY_CHANGED": EventType(
        "user-events", ProfileUpdated, ("last_times", "changed_profiles", "presence_fanout"), is_activity=True
    ),
    "EMAIL_CHANGED": EventType("user-events", EmailChanged, ("changed_profiles", "account_emails"), is_activity=True),
    "MESSAGE_SENT": EventType(
        "message-events", MessageSent, ("confirmed_messages", "cached_messages", "derived_events"), is_activity=True
    ),
    "MESSAGE_EDITED": EventType("message-events", MessageChanged, ("changed_messages",), is_activity=True),
    "MESSAGE_DELETED": EventType("message-events", MessageChanged, ("changed_messages",), is_activity=True),
    "MESSAGE_REACTED": EventType("message-events", MessageChanged, ("changed_messages",), is_activity=True),
    "MESSAGE_READ": EventType("message-events", MessageRead, is_activity=True),
    "CONNECTION_REQUEST": EventType("connection-events", ConnectionChanged, ("derived_events",), is_activity=True),
    "CONNECTION_ACCEPTED": EventType(
        "connection-events", ConnectionChanged, ("accepted_requests", "derived_events"), is_activity=True
    ),
    "CONNECTION_REJECTED": EventType("connection-events", ConnectionChanged, is_activity=True),
    "REPORT_MADE": EventType("user-events", ReportMade, is_activity=True),
    "REPORT_DISMISSED": EventType("user-events", ModeratorActed),
    "USER_WARNED": EventType("user-events", ModeratorActedFor, ("derived_events", "account_emails")),
    "USER_SUSPENDED": EventType("user-events", ModeratorActedFor, ("suspensions", "account_emails")),
    "USER_REINSTATED": EventType("user-events", ModeratorActed, ("suspensions", "account_emails")),
    "CONNECTION_REQUEST_NOTIFICATION": EventType(
        "notification-events", Notification, ("notifications", "notification_emails")
    ),
    "CONNECTION_ACCEPTED_NOTIFICATION": EventType(
        "notification-events", Notification, ("notifications", "notification_emails")
    ),
    "MESSAGE_NOTIFICATION": EventType(
        "notification-events", MessageNotification, ("notifications", "notification_emails")
    ),
    "MESSAGE_REQUEST_NOTIFICATION": EventType("notification-events", Notification, ("notifications",)),
    "EXPORT_NOTIFICATION": EventType("notification-events", Notification, ("notifications",)),
    "WARNING_NOTIFICATION": EventType("notification-events", WarningNotification, ("notifications",)),
    "MESSAGE_ANALYTICS": EventType("analytics-events", MessageSent),
    "PROFILE_VIEW": EventType("analytics-events", ProfileView, is_activity=True),
}
"""All types of events. This is the only place that declares them."""
