"""Every effect, in the order in which a batch has them."""

from chalicelib.consumer.effect import Effect
from chalicelib.consumer.effects.changed_profiles import ChangedProfiles
from chalicelib.consumer.effects.conversation_repair import ConversationRepair
from chalicelib.consumer.effects.derived_events import DerivedEvents
from chalicelib.consumer.effects.ended_sessions import EndedSessions
from chalicelib.consumer.effects.last_times import LastTimes
from chalicelib.consumer.effects.notifications import NotifyReceivers
from chalicelib.consumer.effects.presence_fanout import PresenceFanout
from chalicelib.consumer.effects.welcome_email import WelcomeEmail
from chalicelib.wiring import Wiring


def all_effects(wiring: Wiring) -> list[Effect]:
    return [
        LastTimes(wiring.redis),  # first: a presence that is pushed says when somebody was seen last
        ChangedProfiles(wiring.users),
        EndedSessions(wiring.users, wiring.sessions, wiring.ended_sockets),
        ConversationRepair(wiring.message_store, wiring.conversation_store, wiring.recent_messages),
        DerivedEvents(wiring.redis, wiring.presence, wiring.publisher),
        NotifyReceivers(wiring.redis, wiring.people, wiring.notification_store, wiring.presence, wiring.delivery),
        PresenceFanout(wiring.redis, wiring.sockets, wiring.presence, wiring.presence_audience, wiring.delivery),
        WelcomeEmail(wiring.email_outbox),
    ]
