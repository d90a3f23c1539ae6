"""`dead-letters`: lists, shows and replays dead letters."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import click

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.events.topics import DEAD_LETTER
from infra.ops.dead_letter import DeadLetter, dead_letter
from infra.ops.kafka_clients import Record
from infra.ops.positions import OffsetsType, OffsetType, PartitionOffset, PartitionOffsets
from infra.ops.rendering import (
    advancing,
    harmless,
    is_text,
    iso_time,
    json_option,
    print_json,
    print_table,
    printable,
    progress,
)
from infra.ops.republishing import republish
from infra.ops.servers import Servers
from infra.ops.topic_log import Offsets, TopicLog


@click.group()
def dead_letters() -> None:
    """List, show and replay records that had no effect."""


@dead_letters.command("list")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The most letters to list.")
@json_option
@click.pass_obj
def list_letters(servers: Servers, limit: int, as_json: bool) -> None:
    """List the newest dead letters, the newest first."""
    log = servers.open_log()
    held = log.held(log.partitions(DEAD_LETTER))
    # Each partition is in order, so the newest letters of all are among the newest of each partition.
    last = {partition: offsets[-limit:] for partition, offsets in held.items()}
    letters = heapq.nlargest(
        limit, map(dead_letter, log.read(last)), key=lambda letter: (letter.writtenAt, letter.offset)
    )
    _print(letters, as_json)


@dead_letters.command()
@click.argument("letter", type=OffsetType())
@json_option
@click.pass_obj
def show(servers: Servers, letter: PartitionOffset, as_json: bool) -> None:
    """Show the dead letter at PARTITION:OFFSET: all headers, the error with its stack, and the original bytes.

    Bytes that are not UTF-8 are shown as hexadecimal digits.
    """
    wanted = PartitionOffsets(letter.partition, range(letter.offset, letter.offset + 1))
    log = servers.open_log()
    [record] = log.read(_existing(log, wanted))
    if as_json:
        print_json(_document(record))
        return
    lines = [f"key: {printable(record.key or b'')}", f"written at: {iso_time(record.timestamp)}"]
    lines += [f"{name}: {printable(value)}" for name, value in record.headers]
    click.echo(harmless("\n".join([*lines, "", printable(record.value or b"")])))


@dead_letters.command()
@click.argument("letters", type=OffsetsType(), nargs=-1)
@click.option("--all", "every", is_flag=True, help="All letters that are there now.")
@click.option("--reason", help="Only letters with this reason, such as effect_failed.")
@click.option("--source-topic", help="Only letters from this topic.")
@click.option("--dry-run", is_flag=True, help="Only list what would be replayed.")
@json_option
@click.pass_obj
def replay(
    servers: Servers,
    letters: tuple[PartitionOffsets, ...],
    every: bool,
    reason: str | None,
    source_topic: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send dead letters back to the topics they came from, and wait until Kafka has acknowledged each of them.

    LETTERS are PARTITION:OFFSET, or PARTITION:FROM-TO with both ends included. The original bytes are sent under the
    original key, with the header `replayed-from`. Replaying a letter twice is safe: an event takes effect once for
    its eventId, however often it is consumed. A letter stays where it is, and one that fails again becomes a new
    letter.
    """
    if every == bool(letters):
        raise click.UsageError("Name either letters or --all.")
    log = servers.open_log()
    chosen = [log.held(log.partitions(DEAD_LETTER))] if every else [_existing(log, wanted) for wanted in letters]
    records = chain.from_iterable(map(log.read, chosen))
    if dry_run:
        _print([letter for letter, _record in _select(records, reason, source_topic)], as_json)
        return
    topics = log.topics() - {DEAD_LETTER}
    without_source: list[DeadLetter] = []

    def copies(selected: Iterable[tuple[DeadLetter, Record]]) -> Iterator[tuple[str, Record]]:
        for letter, record in selected:
            if letter.sourceTopic in topics:
                yield letter.sourceTopic, record
            else:
                without_source.append(letter)

    total = sum(len(offsets) for offsets_by_partition in chosen for offsets in offsets_by_partition.values())
    with progress("Replaying dead letters", total) as advance:
        selected = _select(advancing(records, advance), reason, source_topic)
        replayed = republish(servers.producer, copies(selected))
    if as_json:
        print_json({"replayed": replayed, "withoutSourceTopic": without_source})
    else:
        click.echo(f"{replayed:,} dead letters were replayed.")
    if without_source:
        places = ", ".join(f"{letter.partition}:{letter.offset}" for letter in without_source)
        raise click.ClickException(f"Their source topic is not known, or is gone: {places}.")


def _select(
    records: Iterable[Record], reason: str | None, source_topic: str | None
) -> Iterator[tuple[DeadLetter, Record]]:
    for record in records:
        letter = dead_letter(record)
        if reason in {None, letter.reason} and source_topic in {None, letter.sourceTopic}:
            yield letter, record


def _existing(log: TopicLog, wanted: PartitionOffsets) -> Offsets:
    """Returns the offsets of `wanted` that exist. Raises click.ClickException if there are none."""
    partition = Partition(DEAD_LETTER, wanted.partition)
    held = log.held(log.partitions(DEAD_LETTER)).get(partition, range(0))
    offsets = range(max(held.start, wanted.offsets.start), min(held.stop, wanted.offsets.stop))
    if not offsets:
        there = f"{held.start} to {held.stop - 1}" if held else "nothing"
        raise click.ClickException(f"There is no such dead letter: partition {wanted.partition} holds {there}.")
    return {partition: offsets}


def _print(letters: Sequence[DeadLetter], as_json: bool) -> None:
    if as_json:
        print_json(letters)
        return
    print_table(
        ["letter", "failed at", "reason", "source", "bytes"],
        (
            [
                f"{letter.partition}:{letter.offset}",
                letter.failedAt or letter.writtenAt,
                letter.reason,
                letter.sourceTopic and f"{letter.sourceTopic}:{letter.sourcePartition}:{letter.sourceOffset}",
                letter.size,
            ]
            for letter in letters
        ),
    )


def _document(record: Record) -> dict[str, object]:
    """Returns a dead letter as JSON. `value` is text, or hexadecimal digits if `encoding` is "hex".

    Headers are pairs, as a name may occur twice.
    """
    value = record.value or b""
    return {
        "partition": record.partition,
        "offset": record.offset,
        "key": printable(record.key or b""),
        "writtenAt": iso_time(record.timestamp),
        "headers": [[name, printable(header)] for name, header in record.headers],
        "encoding": "utf-8" if is_text(value) else "hex",
        "value": printable(value),
    }
