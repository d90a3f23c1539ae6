"""`events`: follows events as they are published, and publishes them again."""

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
from infra.ops.restoring import RESTORABLE
from infra.ops.restoring import restore as restore_event
from infra.ops.servers import Servers
from infra.ops.user_ids import UserIdType

F = TypeVar("F", bound=Callable[..., object])


def _filter_options(command: F) -> F:
    user = click.option("--user", type=UserIdType(), help="Only events of this userId.")
    event_type = click.option("--type", "types", multiple=True, help="Only this event type; may be repeated.")
    return user(event_type(command))


@click.group()
def events() -> None:
    """Follow events, and replay them."""


@events.command()
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be repeated.")
@_filter_options
@click.option("--from-beginning", is_flag=True, help="Begin with the oldest event that the topics hold.")
@click.option("--limit", type=click.IntRange(1), help="End after this many events.")
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
    """Show events as they are published, one line each, until Ctrl-C. Events of one partition are shown in order."""
    log = servers.open_log()
    held = log.held([partition for topic in topics or EVENT_TOPICS for partition in log.partitions(topic)])
    starts = {partition: offsets.start if from_beginning else offsets.stop for partition, offsets in held.items()}
    chosen = EventFilter(user, types)
    matching = (logged for logged in map(logged_event, log.follow(starts)) if chosen.passes(logged.event))
    with contextlib.suppress(KeyboardInterrupt):
        for logged in islice(matching, limit):
            if as_json:
                print_json(logged)
            else:
                click.echo(harmless(_line(logged)))


def _line(logged: LoggedEvent) -> str:
    place = f"{logged.topic}:{logged.partition}:{logged.offset}"
    if logged.event is None:
        return f"{'-':24}  {place:30}  not an event"
    event = logged.event
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
    help="An ISO 8601 time (UTC if it has no zone), or PARTITION:OFFSET, once for each partition to replay.",
)
@click.option(
    "--to",
    "stops",
    type=PositionType(),
    multiple=True,
    help="The exclusive end, in the same form. The default is the current end of the topic.",
)
@_filter_options
@click.option("--dry-run", is_flag=True, help="Only count.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
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

    This is safe: an event takes effect once for its eventId, so only events without an effect so far have one now.
    Copies made by an earlier replay, records that are not events, and events older than 7 days are passed over; the
    consumer remembers for 8 days which events it has processed.
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


@events.command()
@click.argument("event_type", metavar="TYPE", type=click.Choice(sorted(RESTORABLE)))
@click.argument("key")
@json_option
@click.pass_obj
def restore(servers: Servers, event_type: str, key: str, as_json: bool) -> None:
    """Give a cause in MongoDB its event back, where neither Kafka nor MongoDB has it any more.

    TYPE and KEY are as `audit` prints them: KEY is a messageId, a userId, the pair of a connection, a caseId with
    the userId of a report, or the caseId of an act. A running
    consumer publishes the event within seconds. Its eventId is a new one. So where the former event was published
    after all, both have their effects: restore only what `audit` names.
    """
    written = restore_event(servers.wiring.mongo, event_type, key, utc_now)
    if written is None:
        raise click.ClickException(f"MongoDB holds no cause of a {event_type} under {key!r}.")
    if as_json:
        print_json(written.event)
    else:
        click.echo(f"{event_type} of {key} is pending as {written.event.eventId}.")
