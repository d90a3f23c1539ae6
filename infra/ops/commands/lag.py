"""`lag`: shows how far the consumer group is behind, partition by partition."""

import contextlib
import time

import click
import msgspec
from rich.live import Live
from rich.table import Table

from chalicelib.events.topics import EVENT_TOPICS, GROUP
from infra.ops.rendering import console, json_option, print_json, table
from infra.ops.servers import Servers
from infra.ops.topic_log import TopicLog

_REFRESH_SECONDS = 1.0


class PartitionLag(msgspec.Struct, frozen=True):
    """`committed` is None if the group has committed nothing: then every held record counts as lag."""

    topic: str
    partition: int
    committed: int | None
    end: int
    lag: int


class GroupLag(msgspec.Struct, frozen=True):
    group: str
    total: int
    partitions: list[PartitionLag]


@click.command()
@click.option("--group", default=GROUP, show_default=True, help="The consumer group.")
@click.option("--watch", is_flag=True, help="Refresh every second until Ctrl-C; --json prints a line each time.")
@json_option
@click.pass_obj
def lag(servers: Servers, group: str, watch: bool, as_json: bool) -> None:
    """Show how many events the consumer has not committed yet, for each partition of the event topics."""
    log = servers.open_log(group=group)
    if watch:
        with contextlib.suppress(KeyboardInterrupt):
            _watch(log, group, as_json)
    elif as_json:
        print_json(_measure(log, group))
    else:
        console().print(_table(_measure(log, group)))


def _watch(log: TopicLog, group: str, as_json: bool) -> None:
    if as_json:
        while True:
            print_json(_measure(log, group))
            time.sleep(_REFRESH_SECONDS)
    with Live(_table(_measure(log, group)), console=console(), auto_refresh=False) as live:
        while True:
            time.sleep(_REFRESH_SECONDS)
            live.update(_table(_measure(log, group)), refresh=True)


def _measure(log: TopicLog, group: str) -> GroupLag:
    partitions = [partition for topic in EVENT_TOPICS for partition in log.partitions(topic)]
    # Committed offsets are read first: a commit in between can only make the lag too large, never negative.
    committed = log.committed(partitions)
    rows = []
    for partition, held in log.held(partitions).items():
        offset = committed[partition]
        behind = held.stop - max(held.start, offset or 0)
        rows.append(PartitionLag(partition.topic, partition.partition, offset, held.stop, behind))
    return GroupLag(group, sum(row.lag for row in rows), rows)


def _table(measured: GroupLag) -> Table:
    lag_table = table(
        ["topic", "partition", "committed", "end", "lag"],
        ([row.topic, row.partition, row.committed, row.end, row.lag] for row in measured.partitions),
    )
    lag_table.title_justify = "left"
    lag_table.title = f"{measured.group}: {measured.total:,} behind"
    return lag_table
