"""Records events again that the consumer had processed, without what they had caused outside of MongoDB and Redis."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from chalicelib.consumer.effects.confirmed_messages import ConfirmedMessages
from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.effects.last_times import LastTimes
from chalicelib.consumer.effects.notifications import NotifyReceivers
from chalicelib.consumer.effects.registry import types_of
from chalicelib.consumer.pipeline.active_users import ActiveUsers
from chalicelib.consumer.pipeline.ledger import Ledger
from chalicelib.consumer.pipeline.records import Incoming
from chalicelib.wiring import Wiring


@dataclass(frozen=True)
class Settling:
    """Events that the consumer had committed were recorded in the ledger and counted, and had all their effects.

    The restored MongoDB lacks what they wrote there, which is done again: the record and the counts, notifications,
    what is no longer pending, and when users were last seen. Left out are the welcome mail, which was sent; derived
    events, which Kafka has; and what is about sockets and copies, of which none are left.
    """

    ledger: Ledger
    effects: Sequence[RoutedEffect]

    def settle(self, entries: Sequence[Incoming], dead: Set[str]) -> int:
        """Record those events that are new and no dead letters, and return how many these are.

        Raises Unavailable, RedisUnavailable.
        """
        by_id = {entry.event.eventId: entry for entry in entries if entry.event.eventId not in dead}
        known = self.ledger.known(by_id)
        new = [entry for event_id, entry in by_id.items() if event_id not in known]
        if not new:
            return 0
        events = [entry.event for entry in new]
        for effect in self.effects:
            effect.apply(events)
        replayed = {entry.event.eventId for entry in new if entry.replayed}
        # No consumer runs, so nobody else can have recorded one of them in between.
        return len(new) if self.ledger.record(events, replayed=replayed) else self.settle(entries, dead)


def settling(wiring: Wiring) -> Settling:
    """Build it. Raises SettingsError, as the wiring does."""
    return Settling(
        Ledger(wiring.mongo, ActiveUsers(wiring.mongo, wiring.clock), wiring.clock),
        [
            RoutedEffect(
                LastTimes(
                    redis=wiring.redis, invalidator=wiring.invalidator, visibility=wiring.visibility, clock=wiring.clock
                ),
                types_of("last_times"),
            ),
            RoutedEffect(ConfirmedMessages(wiring.message_events), types_of("confirmed_messages")),
            RoutedEffect(
                NotifyReceivers(
                    redis=wiring.redis,
                    cards=wiring.user_cards,
                    recipients=wiring.recipients,
                    marks=wiring.conversation_marks,
                    notifications=wiring.notification_store,
                    delivery=wiring.delivery,
                    background=wiring.background_delivery,
                    web_pushes=None,
                    clock=wiring.clock,
                ),
                types_of("notifications"),
            ),
        ],
    )
