"""What users are told of, and by which channel.

A user's document holds only what differs from these defaults, so a kind or a channel may be added here at any time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

NotificationKind = Literal["message", "connectionRequest", "connectionAccepted"]
"""What somebody is notified of by mail too. Each kind has a field in NotificationPreferences."""

KIND_OF: Mapping[str, NotificationKind | Literal["messageRequest"]] = {
    "MESSAGE_NOTIFICATION": "message",
    "MESSAGE_REQUEST_NOTIFICATION": "messageRequest",
    "CONNECTION_REQUEST_NOTIFICATION": "connectionRequest",
    "CONNECTION_ACCEPTED_NOTIFICATION": "connectionAccepted",
}
"""The kind of each type of event that notifies a user, but for what the service itself tells: nobody turns that off."""


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """How a user is told of one kind: in the list of notifications and over sockets, by mail, and by web push."""

    inApp: bool = True
    mail: bool = True
    push: bool = True


class ChannelsWithoutMail(msgspec.Struct, frozen=True, kw_only=True):
    """How a user is told of a kind of which nobody is mailed."""

    inApp: bool = True
    push: bool = True


class NotificationPreferences(msgspec.Struct, frozen=True, kw_only=True):
    """The channels of each kind. Until `doNotDisturbUntil` there is neither mail nor web push, whatever they say."""

    message: Channels = Channels()
    messageRequest: ChannelsWithoutMail = ChannelsWithoutMail()
    connectionRequest: Channels = Channels()
    connectionAccepted: Channels = Channels()
    doNotDisturbUntil: datetime | None = None

    def of(self, kind: NotificationKind) -> Channels:
        channels: Channels = getattr(self, kind)
        return channels

    def of_event(self, event_type: str) -> Channels | ChannelsWithoutMail:
        """The channels for a type of event that notifies a user: all of them for what the service itself tells."""
        kind = KIND_OF.get(event_type)
        if kind is None:
            return Channels()
        return self.messageRequest if kind == "messageRequest" else self.of(kind)

    def quiet_until(self, now: datetime) -> datetime | None:
        """Until when the user is not to be disturbed; None where they may be now."""
        until = self.doNotDisturbUntil
        return until if until is not None and until > now else None
