"""Preferences: how a user is told of each event that notifies somebody."""

import pytest

from chalicelib.models.event_types import EVENT_TYPES
from chalicelib.models.notification_preferences import KIND_OF, Channels, NotificationPreferences

NOTIFICATIONS = sorted(name for name, event in EVENT_TYPES.items() if "notifications" in event.effects)


@pytest.mark.parametrize("event_type", NOTIFICATIONS)
def test_each_notification_has_channels_and_what_the_service_tells_has_all(event_type: str) -> None:
    nothing = Channels(inApp=False, mail=False, push=False)
    preferences = NotificationPreferences(message=nothing, connectionRequest=nothing, connectionAccepted=nothing)
    expected = nothing if event_type in KIND_OF else Channels()
    assert preferences.of_event(event_type) == expected
