"""The `data` of events, as effects read it. Fields that nobody reads are not named.

Checked as a client's input is: what would make an effect fail for ever at a dependency is poison, and known as such.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.models import fields


class MessageSent(msgspec.Struct, frozen=True):
    messageId: Annotated[str, Meta(pattern=r"^[0-9a-f]{24}$")]
    conversationId: Annotated[str, Meta(pattern=r"^[0-9a-f]{24}:[0-9a-f]{24}$")]
    seq: fields.Seq
    toUserId: fields.UserId


class ConnectionChanged(msgspec.Struct, frozen=True):
    """Of CONNECTION_REQUEST, CONNECTION_ACCEPTED and CONNECTION_REJECTED: whom it concerns besides its user."""

    toUserId: fields.UserId


class Notification(msgspec.Struct, frozen=True):
    """Of the ..._NOTIFICATION events; their userId is who is notified."""

    fromUserId: fields.UserId


class UserSignup(msgspec.Struct, frozen=True):
    emailId: fields.EmailId
    firstName: fields.Name


class UserLogout(msgspec.Struct, frozen=True):
    """What ended: one session, or every session that began before an epoch of the user."""

    sessionId: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")] | None = None
    epoch: Annotated[int, Meta(ge=1, le=2**53)] | None = None

    def __post_init__(self) -> None:
        if (self.sessionId is None) == (self.epoch is None):
            raise ValueError("either sessionId or epoch is required, and not both")
