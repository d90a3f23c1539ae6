"""Dead letters: records that could not be processed, with their original bytes, their source and the reason."""

import logging
from collections.abc import Sequence

from chalicelib.clients.kafka.producer import Producer, require_acknowledged
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.clock import Clock, iso
from chalicelib.consumer.pipeline.records import Poison
from chalicelib.consumer.telemetry import metrics
from chalicelib.events.topics import DEAD_LETTER

log = logging.getLogger(__name__)

EFFECT_FAILED = "effect_failed"
REASON, ERROR, FAILED_AT = "reason", "error", "failed-at"
SOURCE_TOPIC, SOURCE_PARTITION, SOURCE_OFFSET = "source-topic", "source-partition", "source-offset"
MAX_ERROR_BYTES = 16 * 1024


class DeadLetters:
    """The topic of the dead letters. Key and value are those of the record; the headers, in UTF-8, are added."""

    def __init__(self, producer: Producer, clock: Clock) -> None:
        self._producer = producer
        self._clock = clock

    def send(self, letters: Sequence[Poison]) -> None:
        """Send letters. Raises KafkaUnavailable unless every one of them is acknowledged.

        The offsets of their records may not be committed in that case. A record that is then sent again becomes a
        second letter with the same source, and replaying both has one effect.
        """
        for letter in letters:
            log.error(
                "A record goes to the dead letters: %s",
                letter.error,
                extra={
                    "action": "dead_letter",
                    "topic": letter.record.topic,
                    "partition": letter.record.partition,
                    "offset": letter.record.offset,
                },
            )
        require_acknowledged(
            self._producer.send_all(
                [
                    OutgoingRecord(DEAD_LETTER, letter.record.key, letter.record.value or b"", self._headers(letter))
                    for letter in letters
                ]
            )
        )
        for letter in letters:
            metrics.DEAD_LETTERS.labels(letter.reason).inc()

    def _headers(self, letter: Poison) -> list[tuple[str, bytes]]:
        record = letter.record
        texts = {
            REASON: letter.reason,
            ERROR: letter.error,
            SOURCE_TOPIC: record.topic,
            SOURCE_PARTITION: str(record.partition),
            SOURCE_OFFSET: str(record.offset),
            FAILED_AT: iso(self._clock()),
        }
        return [(name, text.encode()[:MAX_ERROR_BYTES]) for name, text in texts.items()]
