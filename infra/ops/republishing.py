"""Publishes records again unchanged: the same bytes under the same key."""

from collections import deque
from collections.abc import Iterable

import click
from kafka.errors import KafkaError

from chalicelib.consumer.pipeline.records import REPLAYED_FROM
from infra.ops.kafka_clients import Future, Producer, Record

_IN_FLIGHT = 500
_ACKNOWLEDGE_SECONDS = 30.0


def republish(producer: Producer, copies: Iterable[tuple[str, Record]]) -> int:
    """Publish each record to the topic paired with it, and wait until all in-sync replicas have it.

    A copy names its origin in a header: `replayed-from: <topic>:<partition>:<offset>`. Returns the number of copies.
    Raises click.ClickException if Kafka does not acknowledge one of them.
    """
    in_flight: deque[Future] = deque()
    acknowledged = 0

    def wait_until(max_in_flight: int) -> None:
        nonlocal acknowledged
        while len(in_flight) > max_in_flight:
            in_flight.popleft().get(_ACKNOWLEDGE_SECONDS)
            acknowledged += 1

    try:
        for topic, record in copies:
            origin = f"{record.topic}:{record.partition}:{record.offset}"
            headers = [(REPLAYED_FROM, origin.encode())]
            in_flight.append(producer.send(topic, key=record.key, value=record.value or b"", headers=headers))
            wait_until(max_in_flight=_IN_FLIGHT)
        wait_until(max_in_flight=0)
    except KafkaError as error:
        raise click.ClickException(
            f"Kafka failed after {acknowledged} records had been published: {error}. It is safe to try again."
        ) from error
    return acknowledged
