"""The `data` of events, by their type.

What effects read is checked as a client's input is: what would make an effect fail for ever at a dependency is poison,
and known as such. A field may be added at any time: readers pass over what they do not know.
"""

from collections.abc import Mapping
from typing import Annotated

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


EVENT_DATA: Mapping[str, type[msgspec.Struct]] = {
    "USER_SIGNUP": UserSignup,
    "USER_LOGIN": UserLogin,
    "USER_LOGOUT": UserLogout,
    "USER_ONLINE": UserPresence,
    "USER_OFFLINE": UserPresence,
    "PROFILE_UPDATED": ProfileUpdated,
    "MESSAGE_SENT": MessageSent,
    "MESSAGE_READ": MessageRead,
    "CONNECTION_REQUEST": ConnectionChanged,
    "CONNECTION_ACCEPTED": ConnectionChanged,
    "CONNECTION_REJECTED": ConnectionChanged,
    "CONNECTION_REQUEST_NOTIFICATION": Notification,
    "CONNECTION_ACCEPTED_NOTIFICATION": Notification,
    "MESSAGE_NOTIFICATION": MessageNotification,
    "MESSAGE_ANALYTICS": MessageSent,
    "PROFILE_VIEW": ProfileView,
}
"""What each type of event carries, besides its envelope."""
