"""The effects with the types of events that each takes, in the order in which they are applied to a batch."""

from email.utils import parseaddr
from typing import get_args
from urllib.parse import urlunsplit

from chalicelib.consumer.effects.accepted_requests import AcceptedRequests
from chalicelib.consumer.effects.account_emails import AccountEmails
from chalicelib.consumer.effects.cached_messages import CachedMessages
from chalicelib.consumer.effects.changed_messages import ChangedMessages
from chalicelib.consumer.effects.changed_profiles import ChangedProfiles
from chalicelib.consumer.effects.confirmed_messages import ConfirmedMessages
from chalicelib.consumer.effects.derived_events import DerivedEvents
from chalicelib.consumer.effects.effect import Effect, RoutedEffect
from chalicelib.consumer.effects.ended_sessions import EndedSessions
from chalicelib.consumer.effects.last_times import LastTimes
from chalicelib.consumer.effects.notification_emails import NotificationEmails
from chalicelib.consumer.effects.notifications import NotifyReceivers
from chalicelib.consumer.effects.presence_fanout import PresenceFanout
from chalicelib.consumer.effects.suspensions import SuspendUsers
from chalicelib.consumer.web_push.push_service import PushService
from chalicelib.consumer.web_push.vapid import Vapid
from chalicelib.consumer.web_push.web_pushes import WebPushes
from chalicelib.errors import SettingsError
from chalicelib.models.event_types import EVENT_TYPES, EffectName
from chalicelib.wiring import Wiring


def all_effects(wiring: Wiring) -> list[RoutedEffect]:
    """Create the effects. Raises SettingsError, as the wiring does."""
    effects: dict[EffectName, Effect] = {
        # This is the first effect, as a pushed presence says when its user was last seen.
        "last_times": LastTimes(
            redis=wiring.redis, invalidator=wiring.invalidator, visibility=wiring.visibility, clock=wiring.clock
        ),
        "changed_profiles": ChangedProfiles(wiring.user_store),
        "ended_sessions": EndedSessions(
            wiring.user_store, wiring.session_store, wiring.ended_sockets, wiring.push_subscription_store
        ),
        "confirmed_messages": ConfirmedMessages(wiring.message_events),
        "cached_messages": CachedMessages(wiring.message_store, wiring.recent_messages),
        "changed_messages": ChangedMessages(wiring.invalidator, wiring.message_settling),
        "accepted_requests": AcceptedRequests(wiring.message_request_store),
        "derived_events": DerivedEvents(
            redis=wiring.redis,
            presence=wiring.presence_store,
            requests=wiring.message_request_store,
            publisher=wiring.publisher,
        ),
        "notifications": NotifyReceivers(
            redis=wiring.redis,
            cards=wiring.user_cards,
            recipients=wiring.recipients,
            marks=wiring.conversation_marks,
            notifications=wiring.notification_store,
            delivery=wiring.delivery,
            background=wiring.background_delivery,
            web_pushes=web_pushes(wiring),
            clock=wiring.clock,
        ),
        "presence_fanout": PresenceFanout(
            redis=wiring.redis,
            sockets=wiring.socket_store,
            visibility=wiring.visibility,
            presence=wiring.presence_store,
            audience=wiring.presence_audience,
            background=wiring.background_delivery,
            clock=wiring.clock,
        ),
        "account_emails": AccountEmails(
            wiring.email_addresses, wiring.email_store if wiring.email_sender is not None else None
        ),
        "notification_emails": NotificationEmails(
            wiring.recipients, wiring.reminders, wiring.email_store if wiring.email_sender is not None else None
        ),
        "suspensions": SuspendUsers(wiring.suspensions, wiring.publisher),
    }
    return [RoutedEffect(effects[name], types_of(name)) for name in get_args(EffectName)]


def web_pushes(wiring: Wiring) -> WebPushes | None:
    """Create what sends web push; None where there is no key for it. Raises SettingsError where the two keys differ."""
    settings = wiring.settings
    if settings.vapid_private_key is None or settings.email_from is None:
        return None
    vapid = Vapid(
        settings.vapid_private_key, urlunsplit(("mailto", "", parseaddr(settings.email_from)[1], "", "")), wiring.clock
    )
    if vapid.public_key != settings.vapid_public_key:
        raise SettingsError("VAPID_PUBLIC_KEY is wrong: it is not that of VAPID_PRIVATE_KEY.")
    service = PushService(any_host=settings.web_push_hosts == "any")
    return WebPushes(subscriptions=wiring.push_subscription_store, vapid=vapid, service=service)


def types_of(effect: EffectName) -> frozenset[str]:
    """Return the types of events that an effect takes."""
    return frozenset(name for name, declared in EVENT_TYPES.items() if effect in declared.effects)
