"""Records published again, as they were: the same bytes under the same key."""

from collections import deque
from collections.abc import Iterable

import click
from kafka.errors import KafkaError

from chalicelib.consumer.pipeline.records import REPLAYED_FROM
from infra.ops.kafka_clients import Future, Producer, Record

_IN_FLIGHT = 500
_ACKNOWLEDGE_SECONDS = 30.0


def republish(producer: Producer, copies: Iterable[tuple[str, Record]]) -> int:
    """Publish records to the topics they are paired with, and wait until all replicas in sync have each of them.

    A copy tells where it was read: `replayed-from: <topic>:<partition>:<offset>`. Returns how many there were.
    Raises click.ClickException where Kafka does not acknowledge one.
    """
    on_their_way: deque[Future] = deque()
    acknowledged = 0

    def settle(most: int) -> None:
        nonlocal acknowledged
        while len(on_their_way) > most:
            on_their_way.popleft().get(_ACKNOWLEDGE_SECONDS)
            acknowledged += 1

    try:
        for topic, record in copies:
            origin = f"{record.topic}:{record.partition}:{record.offset}"
            headers = [(REPLAYED_FROM, origin.encode())]
            on_their_way.append(producer.send(topic, key=record.key, value=record.value or b"", headers=headers))
            settle(most=_IN_FLIGHT)
        settle(most=0)
    except KafkaError as error:
        raise click.ClickException(
            f"Kafka failed after {acknowledged} records had been published: {error}. It is safe to try again."
        ) from error
    return acknowledged
