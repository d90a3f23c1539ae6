"""`lag`: shows how far the consumer group is behind, partition by partition."""

import contextlib
import time

import click
import msgspec
from rich.live import Live
from rich.table import Table

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.events.topics import EVENT_TOPICS, GROUP
from infra.ops.rendering import console, json_option, print_json, table
from infra.ops.servers import Servers
from infra.ops.topic_log import TopicLog

_REFRESH_SECONDS = 1.0
_BEYOND_END = "committed beyond the end: the topic was lost or made anew, and is read from its beginning"


class PartitionLag(msgspec.Struct, frozen=True):
    """`committed` is None if the group has committed nothing: then every held record counts as lag.

    So it does if the commit `isBeyondEnd` of the log, as that of a topic that was lost or made anew: the consumer then
    begins again with the oldest record, as it does after a commit that is older than what the log holds.
    """

    topic: str
    partition: int
    committed: int | None
    end: int
    lag: int
    isBeyondEnd: bool


class GroupLag(msgspec.Struct, frozen=True):
    """The lag of the topics that are there; `missingTopics` are the others."""

    group: str
    total: int
    partitions: list[PartitionLag]
    missingTopics: list[str]


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
    measured = _measure(log, group)
    if as_json:
        print_json(measured)
    else:
        console().print(_table(measured))
    if measured.missingTopics:
        raise click.ClickException(_missing(measured))


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
    there = log.topics()
    missing = [topic for topic in EVENT_TOPICS if topic not in there]
    partitions = [partition for topic in EVENT_TOPICS if topic in there for partition in log.partitions(topic)]
    # Committed offsets are read first: a commit in between can only make the lag too large, never negative.
    committed = log.committed(partitions)
    rows = [_row(partition, held, committed[partition]) for partition, held in log.held(partitions).items()]
    return GroupLag(group, sum(row.lag for row in rows), rows, missing)


def _row(partition: Partition, held: range, committed: int | None) -> PartitionLag:
    begins_at = held.start if committed is None or committed > held.stop else max(held.start, committed)
    return PartitionLag(
        topic=partition.topic,
        partition=partition.partition,
        committed=committed,
        end=held.stop,
        lag=held.stop - begins_at,
        isBeyondEnd=committed is not None and committed > held.stop,
    )


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
