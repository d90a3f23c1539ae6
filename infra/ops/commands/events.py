"""`events`: watched as they come, and published again."""

import contextlib
from collections.abc import Callable
from itertools import islice
from typing import TypeVar

import click
import msgspec

from chalicelib.clock import utc_now
from chalicelib.events.topics import EVENT_TOPICS
from infra.ops.logged_event import EventFilter, LoggedEvent, logged_event
from infra.ops.positions import Position, PositionType
from infra.ops.rendering import advancing, harmless, json_option, print_json, progress
from infra.ops.replay_range import offsets_between
from infra.ops.replayable import Replayable
from infra.ops.republishing import republish
from infra.ops.servers import Servers
from infra.ops.user_ids import UserIdType

F = TypeVar("F", bound=Callable[..., object])


def _filter_options(command: F) -> F:
    user = click.option("--user", type=UserIdType(), help="Only the events of this userId.")
    event_type = click.option("--type", "types", multiple=True, help="Only this type; may be given more than once.")
    return user(event_type(command))


@click.group()
def events() -> None:
    """Follow events, and replay them."""


@events.command()
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given more than once.")
@_filter_options
@click.option("--from-beginning", is_flag=True, help="Begin with what the topics hold, not with what comes next.")
@click.option("--limit", type=click.IntRange(1), help="End after so many.")
@json_option
@click.pass_obj
def tail(
    servers: Servers,
    topics: tuple[str, ...],
    user: str | None,
    types: tuple[str, ...],
    from_beginning: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """Show events as they come, one line each, until Ctrl-C. Those of one partition come in their order."""
    log = servers.open_log()
    held = log.held([partition for topic in topics or EVENT_TOPICS for partition in log.partitions(topic)])
    starts = {partition: offsets.start if from_beginning else offsets.stop for partition, offsets in held.items()}
    chosen = EventFilter(user, types)
    found = (one for one in map(logged_event, log.follow(starts)) if chosen.passes(one.event))
    with contextlib.suppress(KeyboardInterrupt):
        for one in islice(found, limit):
            if as_json:
                print_json(one)
            else:
                click.echo(harmless(_line(one)))


def _line(one: LoggedEvent) -> str:
    place = f"{one.topic}:{one.partition}:{one.offset}"
    if one.event is None:
        return f"{'-':24}  {place:30}  not an event"
    event = one.event
    data = msgspec.json.encode(event.data).decode()
    return f"{event.timestamp:24}  {place:30}  {event.eventType:16}  {event.userId}  {data}"


@events.command()
@click.option("--topic", required=True, help="The topic whose events are published again.")
@click.option(
    "--from",
    "starts",
    type=PositionType(),
    multiple=True,
    required=True,
    help="A time in ISO 8601 (UTC where it names no zone); or PARTITION:OFFSET, once for each partition to replay.",
)
@click.option(
    "--to",
    "stops",
    type=PositionType(),
    multiple=True,
    help="Where to stop, in the same way; it is left out itself. Without it, at what is the end now.",
)
@_filter_options
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def replay(
    servers: Servers,
    topic: str,
    starts: tuple[Position, ...],
    stops: tuple[Position, ...],
    user: str | None,
    types: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Publish the events of a topic again, to the same topic: the same bytes, with the header `replayed-from`.

    This is safe by its nature: an event has its effect once for its eventId, so only those have one that had none
    yet. Passed over are copies that an earlier replay made, records that are no events, and events of more than 7
    days ago, as the consumer knows for 8 days what it has processed.
    """
    log = servers.open_log()
    offsets = offsets_between(log, topic, starts, stops)
    total = sum(map(len, offsets.values()))
    if not (dry_run or yes):
        click.confirm(f"Publish up to {total:,} events of {topic} again?", abort=True, err=True)
    replayable = Replayable(EventFilter(user, types), utc_now())
    with progress("Replaying events", total) as advance:
        copies = ((topic, record) for record in advancing(log.read(offsets), advance) if replayable(record))
        published = sum(1 for _copy in copies) if dry_run else republish(servers.producer, copies)
    if as_json:
        print_json({"published": published, "passedOver": replayable.passed_over, "dryRun": dry_run})
        return
    click.echo(f"{published:,} events {'would be' if dry_run else 'were'} published again.")
    for obstacle, count in replayable.passed_over.items():
        click.echo(f"Passed over: {count:,} ({obstacle}).")
