"""`reconcile`: what is done after MongoDB was restored from a backup, before anybody uses it."""

from datetime import datetime, timedelta

import click

from chalicelib.clock import iso, utc_now
from chalicelib.events.topics import GROUP
from infra.ops.positions import TimeType
from infra.ops.reconciling.logged import logged_since
from infra.ops.reconciling.reconciling import Reconciled, recorded_until
from infra.ops.reconciling.reconciling import reconcile as reconcile_since
from infra.ops.rendering import json_option, print_json, print_table, progress
from infra.ops.servers import Servers

_LAG = timedelta(minutes=1)
"""How much earlier than the backup reading begins at least: an event is recorded a little after it was published."""


@click.command()
@click.option(
    "--since",
    type=TimeType(),
    required=True,
    help="An ISO 8601 time (UTC if it has no zone) before the backup: ten minutes, or as long as consumers lagged.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@json_option
@click.pass_obj
def reconcile(servers: Servers, since: datetime, yes: bool, as_json: bool) -> None:
    """Bring a MongoDB that was restored from a backup in step with the events that Kafka holds since then.

    Run it before functions and consumers use that MongoDB, and with an empty Redis. It records the events that the
    consumer had processed, with their counts and notifications, and sends no mail again. It gives each lost message
    its place back, without its text; restores connections, read marks, reports and what moderators did; ends the
    accounts that were left, and all sessions. It names the users whose account, new password or edited profile is lost.
    It may be repeated; docs/restore.md has the other steps.
    """
    now = utc_now()
    mongo = servers.wiring.mongo
    latest = (recorded_until(mongo, now) or now) - _LAG
    if since > latest:
        raise click.UsageError(f"--since must be {iso(latest)} or earlier: the backup has events up to then.")
    members = servers.admin.describe_groups([GROUP])[GROUP]["members"]
    if members:
        raise click.ClickException(f"{len(members)} consumers run: stop them first.")
    if not yes:
        click.confirm(f"Reconcile MongoDB with the events since {iso(since)}?", abort=True, err=True)
    reconciled = reconcile_since(servers.wiring, logged_since(servers.open_log(group=GROUP), since, now), progress)
    if as_json:
        print_json(reconciled)
    else:
        _print(reconciled)


def _print(reconciled: Reconciled) -> None:
    click.echo(f"{reconciled.recorded:,} events were recorded again.")
    click.echo(
        f"{reconciled.places:,} lost messages got their place back, in {reconciled.conversations:,} conversations."
    )
    click.echo(f"{reconciled.changes:,} changes of messages have their numbers back, and deletions were made again.")
    click.echo(f"{reconciled.connections:,} steps of connections and {reconciled.reads:,} read marks were restored.")
    click.echo(f"{reconciled.cases:,} reports and acts of moderators were restored.")
    click.echo(f"{reconciled.left:,} accounts that were left have ended again.")
    click.echo(f"{reconciled.usersLoggedOut:,} users were logged out.")
    lost = reconciled.lost
    rows = [
        *(["account", user_id] for user_id in lost.accounts),
        *(["new password", user_id] for user_id in lost.passwords),
        *(["edited profile", user_id] for user_id in lost.profiles),
    ]
    if rows:
        print_table(["lost", "user"], rows)
