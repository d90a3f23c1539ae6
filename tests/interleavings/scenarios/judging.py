"""What every scenario asks of the servers: each event is pending or in Kafka, and after the repairs in Kafka alone."""

from collections.abc import Iterator, Mapping

from tests.interleavings.world import World


def broken(rules: Mapping[str, bool]) -> Iterator[str]:
    """Yields the sentences that are true. Each says what is wrong."""
    return (sentence for sentence, is_true in rules.items() if is_true)


def lost_events(world: World, is_repaired: bool, expected: Mapping[str, int]) -> Iterator[str]:
    """Yields what is wrong with the events of this execution. `expected` are their numbers, {eventType: n}."""
    published = {event["eventId"]: event["eventType"] for event in world.events()}
    pending = {event.eventId: event.eventType for event in world.pending_events()}
    counts = list((published | pending).values())
    yield from broken(
        {
            f"{counts.count(event_type)} events {event_type} are pending or in Kafka, not {number}": (
                counts.count(event_type) != number
            )
            for event_type, number in expected.items()
        }
        | {f"still pending: {sorted(pending.values())}": is_repaired and bool(pending)}
    )
