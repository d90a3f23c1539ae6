"""The events of messages are pending until they are confirmed, wherever their messages are."""

from chalicelib.stores.message_commits import Draft
from chalicelib.stores.message_moves import KEEP
from chalicelib.tracing import traced
from chalicelib.wiring import Wiring
from tests.support.pairs import Pair
from tests.support.pending import pending_events
from tests.support.waiting import eventually

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def pending(pair: Pair) -> set[str]:
    """The eventIds that are pending in the conversation and its messages."""
    events = pending_events(pair.mongo)
    return {event.eventId for event in events if event.data.get("conversationId") == pair.id}


def test_the_event_of_a_traced_message_belongs_to_its_trace_wherever_it_is(wiring: Wiring) -> None:
    pair = Pair(wiring)
    with traced(TRACE):
        (event,) = pair.commit(Draft("hi", "00")).events
    assert event.traceparent == TRACE
    for number in range(1, KEEP + 2):
        pair.send(f"{number:02}")
    for _ in ("in the tail", "in messages"):
        [waiting] = [one for one in pending_events(pair.mongo) if one.eventId == event.eventId]
        assert waiting == event
        pair.move()


def test_confirmed_events_are_pending_no_longer_in_the_tail_nor_in_messages(wiring: Wiring) -> None:
    pair, others = Pair(wiring), Pair(wiring)
    events = [event for number in range(KEEP + 4) for event in pair.commit(Draft("hi", f"{number:02}")).events]
    (others_event,) = others.commit(Draft("hi", "1")).events
    pair.move()
    assert pending(pair) == {event.eventId for event in events}
    confirmed = [events[0], events[2], events[-1], others_event]
    wiring.message_events.confirm(confirmed)
    left = {event.eventId for event in events if event not in confirmed}
    eventually(lambda: pending(pair) == left, what="what is left")
    eventually(lambda: not pending(others), what="the other conversation")
