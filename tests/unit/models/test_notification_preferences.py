"""Preferences: how a user is told of each event that notifies somebody."""

import pytest

from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.models.notification_preferences import (
    KIND_OF,
    Channels,
    ChannelsWithoutMail,
    NotificationPreferences,
)

NOTIFICATIONS = sorted(name for name, event in EVENT_TYPES.items() if "notifications" in event.effects)


@pytest.mark.parametrize("event_type", NOTIFICATIONS)
def test_each_notification_has_channels_and_what_the_service_tells_has_all(event_type: str) -> None:
    nothing = Channels(inApp=False, mail=False, push=False)
    unmailed = ChannelsWithoutMail(inApp=False, push=False)
    preferences = NotificationPreferences(
        message=nothing, messageRequest=unmailed, connectionRequest=nothing, connectionAccepted=nothing
    )
    channels = preferences.of_event(event_type)
    assert channels.inApp == channels.push == (event_type not in KIND_OF)
