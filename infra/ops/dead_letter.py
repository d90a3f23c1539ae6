"""A dead letter as operators see it."""

import msgspec

from chalicelib.consumer.pipeline.dead_letters import FAILED_AT, REASON, SOURCE_OFFSET, SOURCE_PARTITION, SOURCE_TOPIC
from infra.ops.kafka_clients import Record
from infra.ops.rendering import iso_time


class DeadLetter(msgspec.Struct, frozen=True):
    """The fields of a dead letter's headers; None if a header is missing, as on records not written by the consumer.

    `size` is the number of original bytes. `writtenAt` is the time of the record, in ISO 8601.
    """

    partition: int
    offset: int
    reason: str | None
    sourceTopic: str | None
    sourcePartition: int | None
    sourceOffset: int | None
    failedAt: str | None
    size: int
    writtenAt: str


def dead_letter(record: Record) -> DeadLetter:
    # The error is truncated to a number of bytes, perhaps inside a character; a broken header must not hide a letter.
    headers = {name: value.decode(errors="replace") for name, value in record.headers}
    return DeadLetter(
        partition=record.partition,
        offset=record.offset,
        reason=headers.get(REASON),
        sourceTopic=headers.get(SOURCE_TOPIC),
        sourcePartition=_number(headers.get(SOURCE_PARTITION)),
        sourceOffset=_number(headers.get(SOURCE_OFFSET)),
        failedAt=headers.get(FAILED_AT),
        size=len(record.value or b""),
        writtenAt=iso_time(record.timestamp),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
