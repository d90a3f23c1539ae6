"""Notifications that a user does not want to see are kept for the audit, and are not shown."""

import pytest

from chalicelib.consumer.effects.notifications import NotifyReceivers
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import ChannelsChange, NotificationsQuery, PreferencesChange
from chalicelib.models.responses import NotificationsResponse
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring


@pytest.fixture
def effect(wiring: Wiring) -> NotifyReceivers:
    [found] = [effect.effect for effect in all_effects(wiring) if isinstance(effect.effect, NotifyReceivers)]
    return found


def written(wiring: Wiring, ada: NewSession, bob: NewSession, seq: int) -> Envelope:
    place = {"messageId": "0" * 24, "conversationId": pair_id(ada.user.userId, bob.user.userId), "seq": seq}
    return new_event("MESSAGE_NOTIFICATION", bob.user.userId, wiring.clock, fromUserId=ada.user.userId, **place)


def show(wiring: Wiring, person: NewSession, *, shown: bool) -> None:
    change = PreferencesChange(message=ChannelsChange(inApp=shown))
    wiring.notification_preferences.change(person.credentials, change)


def page(wiring: Wiring, person: NewSession) -> NotificationsResponse:
    return wiring.notifications.page(person.credentials, NotificationsQuery())


def test_a_hidden_notification_is_neither_listed_nor_counted(
    wiring: Wiring, effect: NotifyReceivers, ada: NewSession, bob: NewSession
) -> None:
    show(wiring, bob, shown=False)
    effect.apply([written(wiring, ada, bob, 1)])
    assert wiring.mongo.notifications.count_documents({"userId": bob.user.userId}) == 1
    shown = page(wiring, bob)
    assert (shown.notifications, shown.unread) == ([], 0)


def test_the_next_message_shows_it_once_the_user_wants_to_see_such(
    wiring: Wiring, effect: NotifyReceivers, ada: NewSession, bob: NewSession
) -> None:
    show(wiring, bob, shown=False)
    effect.apply([written(wiring, ada, bob, 1)])
    show(wiring, bob, shown=True)
    effect.apply([written(wiring, ada, bob, 2)])
    shown = page(wiring, bob)
    assert (len(shown.notifications), shown.unread) == (1, 1)
