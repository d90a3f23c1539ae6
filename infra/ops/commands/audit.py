"""`audit`: compares what MongoDB, Kafka and the consumer hold of the same events."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import click

from chalicelib.clock import iso, utc_now
from chalicelib.events.topics import GROUP
from infra.ops.audit.auditing import Audited
from infra.ops.audit.auditing import audit as compare
from infra.ops.audit.period import BEGINNING, Period
from infra.ops.positions import TimeType
from infra.ops.rendering import json_option, print_json, print_table, progress
from infra.ops.servers import Servers

UNDER_WAY = timedelta(seconds=30)
"""What is younger may still be written by a request."""


@click.command()
@click.option("--from", "start", type=TimeType(), help="An ISO 8601 time (UTC if it has no zone). Default: the oldest.")
@click.option("--to", "end", type=TimeType(), help="The exclusive end, in the same form. Default: 30 seconds ago.")
@click.option(
    "--grace",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="From how many minutes on an event that waits for Kafka or the consumer counts as a difference.",
)
@click.option(
    "--lost",
    type=(TimeType(), TimeType()),
    metavar="FROM TO",
    help="Two such times, between which causes were lost with MongoDB: that they are missing is no difference.",
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most of a kind to show.")
@json_option
@click.pass_obj
def audit(
    servers: Servers,
    start: datetime | None,
    end: datetime | None,
    grace: int,
    lost: tuple[datetime, datetime] | None,
    limit: int,
    as_json: bool,
) -> None:
    """Compare MongoDB, Kafka and the consumer's counts, event by event, and name every difference.

    What happened in the period is compared by its id: messages, users, connections, reports, what moderators did, and
    open sockets with their events;
    events with what the consumer has recorded, derived, counted and notified; the seqs of each conversation that was
    written to; events that wait; dead letters. A difference is shown with the command that mends it, where there is
    one. Nothing is written, and the system may run on meanwhile.

    Kafka deletes records after some days, so older events cannot be compared: a note says from when on they are.
    Exit code 0 says that the books balance, 1 that they do not.
    """
    now = utc_now()
    period = Period(
        start or BEGINNING,
        end or now - UNDER_WAY,
        timedelta(minutes=grace),
        now,
        *(lost or (BEGINNING, BEGINNING)),
        deletes_messages=servers.settings.message_retention_days is not None,
    )
    if period.start < BEGINNING or period.start >= period.end:
        raise click.UsageError(f"--from must be before --to, {iso(period.end)}, and after 1970-01-01.")
    audited = compare(servers.wiring.mongo, servers.open_log(group=GROUP), period, progress, limit=limit)
    if as_json:
        print_json(audited)
    else:
        _print(audited)
    if audited.differences:
        raise click.exceptions.Exit(1)


def _print(audited: Audited) -> None:
    since = "the beginning" if audited.start == BEGINNING else iso(audited.start)
    click.echo(f"From {since} to {iso(audited.end)}:")
    for note in audited.notes:
        click.echo(note)
    print_table(["", "compared"], list(audited.totals.items()))
    if not audited.differences:
        click.echo("The books balance.")
        return
    rows: Iterable[list[object]] = (
        [each.kind, each.id, each.what, each.isIn, each.missingIn, each.mend] for each in audited.shown
    )
    print_table(["difference", "id", "what", "is in", "missing in", "mended by"], list(rows))
    counts = ", ".join(f"{count:,} {kind}" for kind, count in audited.differences.items())
    click.echo(f"The books do not balance: {counts}.")
