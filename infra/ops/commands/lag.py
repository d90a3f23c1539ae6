"""`lag`: shows how far the consumer group is behind, partition by partition."""

import contextlib
import time

import click
from rich.live import Live
from rich.table import Table

from chalicelib.events.topics import GROUP
from infra.ops.group_lag import GroupLag, measure
from infra.ops.rendering import console, json_option, print_json, table
from infra.ops.servers import Servers
from infra.ops.topic_log import TopicLog

_REFRESH_SECONDS = 1.0
_BEYOND_END = "committed beyond the end: the topic was lost or made anew, and is read from its beginning"


@click.command()
@click.option("--group", default=GROUP, show_default=True, help="The consumer group.")
@click.option("--watch", is_flag=True, help="Refresh every second until Ctrl-C; --json prints a line each time.")
@json_option
@click.pass_obj
def lag(servers: Servers, group: str, watch: bool, as_json: bool) -> None:
    """Show how many events the consumer has not committed yet, for each partition of the event topics.

    Exit code 1 says that a topic is missing. What is shown is then the lag of the others.
    """
    log = servers.open_log(group=group)
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            _watch(log, group, as_json)
        return
    measured = measure(log, group)
    if as_json:
        print_json(measured)
    else:
        console().print(_table(measured))
    if measured.missingTopics:
        raise click.ClickException(_missing(measured))


def _watch(log: TopicLog, group: str, as_json: bool) -> None:
    if as_json:
        while True:
            print_json(measure(log, group))
            time.sleep(_REFRESH_SECONDS)
    with Live(_table(measure(log, group)), console=console(), auto_refresh=False) as live:
        while True:
            time.sleep(_REFRESH_SECONDS)
            live.update(_table(measure(log, group)), refresh=True)


def _table(measured: GroupLag) -> Table:
    lag_table = table(
        ["topic", "partition", "committed", "end", "lag", ""],
        (
            [row.topic, row.partition, row.committed, row.end, row.lag, _BEYOND_END if row.isBeyondEnd else ""]
            for row in measured.partitions
        ),
    )
    lag_table.title_justify = "left"
    lag_table.title = f"{measured.group}: {measured.total:,} behind"
    if measured.missingTopics:
        lag_table.caption_justify = "left"
        lag_table.caption = _missing(measured)
    return lag_table


def _missing(measured: GroupLag) -> str:
    return f"Missing topics, which `topics create` makes: {', '.join(measured.missingTopics)}."
