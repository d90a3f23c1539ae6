"""The offsets of a topic that lie between two positions."""

from collections.abc import Sequence
from datetime import datetime

import click

from chalicelib.clients.kafka.consumer import Partition
from infra.ops.positions import PartitionOffset, Position
from infra.ops.topic_log import Offsets, TopicLog


def offsets_between(log: TopicLog, topic: str, starts: Sequence[Position], stops: Sequence[Position]) -> Offsets:
    """Returns the offsets that the topic holds from `starts` to `stops`, the latter exclusive.

    Each of the two is either one time, for all partitions, or an offset for each wanted partition. A partition
    without a stop ends at its current end, so that a replay never reads its own records.
    Raises click.UsageError if times and offsets are mixed, and click.ClickException if the topic or a partition does
    not exist.
    """
    held = log.held(log.partitions(topic))
    begins = _resolve(log, held, starts)
    ends = {partition: offsets.stop for partition, offsets in held.items()} | _resolve(log, held, stops)
    for partition in begins.keys() | ends.keys():
        if partition not in held:
            raise click.ClickException(f"{topic} has no partition {partition.partition}.")
    return {
        partition: range(max(held[partition].start, begin), min(held[partition].stop, ends[partition]))
        for partition, begin in begins.items()
    }


def _resolve(log: TopicLog, held: Offsets, positions: Sequence[Position]) -> dict[Partition, int]:
    [topic] = {partition.topic for partition in held}
    match positions:
        case [datetime() as moment]:
            first = log.first_since(moment, held)
            return {
                partition: held[partition].stop if offset is None else offset for partition, offset in first.items()
            }
        case _:
            offsets = [position for position in positions if isinstance(position, PartitionOffset)]
            if len(offsets) < len(positions):
                raise click.UsageError("Name one time, or one PARTITION:OFFSET for each partition.")
            return {Partition(topic, offset.partition): offset.offset for offset in offsets}
