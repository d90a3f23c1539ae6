"""The producer writes records in their order, and survives a connection that ends, on a topic of its own."""

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.admin import NewTopic

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.batches import MAX_BATCH_BYTES
from chalicelib.clients.kafka.producer import Producer
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.clock import utc_now
from tests.support.kafka_access import kafka_arguments, kafka_settings

pytestmark = pytest.mark.real_kafka

PATIENCE_MS = 10_000


@pytest.fixture
def topic(environment: dict[str, str]) -> Iterator[str]:
    """With three partitions."""
    name = f"producer-{secrets.token_hex(6)}"
    with closing(KafkaAdminClient(**kafka_arguments(environment))) as admin:
        admin.create_topics([NewTopic(name, 3, 1)], wait_for_metadata=True)
        yield name
        admin.delete_topics([name])


@pytest.fixture
def producer(environment: dict[str, str]) -> Iterator[Producer]:
    with closing(Producer(kafka_settings(environment), Breaker(utc_now))) as producer:
        yield producer


def written(environment: dict[str, str], topic: str, count: int) -> list[tuple[bytes | None, bytes]]:
    """The first `count` keys and values of a topic, those of a partition in their order."""
    with closing(
        KafkaConsumer(
            topic, **kafka_arguments(environment), auto_offset_reset="earliest", consumer_timeout_ms=PATIENCE_MS
        )
    ) as consumer:
        return [(record.key, record.value) for _, record in zip(range(count), consumer, strict=False)]


def acknowledged(producer: Producer, records: list[OutgoingRecord]) -> list[bool]:
    return [record is not None and record.acknowledged() for record in producer.send_all(records)]


def test_records_of_a_key_keep_their_order_beyond_the_size_of_a_batch(
    environment: dict[str, str], topic: str, producer: Producer
) -> None:
    padding = b"." * (MAX_BATCH_BYTES // 10)
    values = {key: [b"%d " % number + padding for number in range(25)] for key in (b"ada", b"bob", b"eve")}
    records = [
        OutgoingRecord(topic, key, value)
        for numbered in zip(*values.values(), strict=True)
        for key, value in zip(values, numbered, strict=True)
    ]
    assert acknowledged(producer, records) == [True] * len(records)
    read = written(environment, topic, len(records))
    assert {key: [value for read_key, value in read if read_key == key] for key in values} == values


def test_a_record_is_in_the_partition_where_kafkas_own_clients_look_for_its_key(
    environment: dict[str, str], topic: str, producer: Producer
) -> None:
    records = [OutgoingRecord(topic, key, b"value") for key in (b"21", b"foobar", b"abc")]
    assert all(acknowledged(producer, records))
    with closing(
        KafkaConsumer(
            topic, **kafka_arguments(environment), auto_offset_reset="earliest", consumer_timeout_ms=PATIENCE_MS
        )
    ) as consumer:
        found = {record.key: record.partition for _, record in zip(range(3), consumer, strict=False)}
    signed = {b"21": -973932308, b"foobar": -790332482, b"abc": 479470107}  # from the tests of Kafka's Utils.murmur2
    assert found == {key: (value & 0x7FFFFFFF) % 3 for key, value in signed.items()}


def test_a_connection_that_the_broker_closed_costs_no_record(
    environment: dict[str, str], topic: str, producer: Producer
) -> None:
    assert acknowledged(producer, [OutgoingRecord(topic, b"ada", b"before")]) == [True]
    assert producer._client is not None
    for connection in producer._client._manager._conns.values():  # type: ignore[attr-defined] # not used elsewhere
        connection.transport._sock.shutdown(socket.SHUT_RDWR)
    assert acknowledged(producer, [OutgoingRecord(topic, b"ada", b"after")]) == [True]
    assert [value for _, value in written(environment, topic, 2)] == [b"before", b"after"]


def test_a_record_that_the_broker_refuses_does_not_take_others_with_it(
    environment: dict[str, str], topic: str, producer: Producer
) -> None:
    """Its limit is 1 MiB. The breaker is open after that, so the others are sent before it."""
    records = [OutgoingRecord(topic, b"ada", b"small"), OutgoingRecord(topic, b"bob", b"." * 1_500_000)]
    assert acknowledged(producer, records) == [True, False]
    assert written(environment, topic, 1) == [(b"ada", b"small")]


def test_threads_take_turns(environment: dict[str, str], topic: str, producer: Producer) -> None:
    results: list[bool] = []

    def send(name: bytes) -> None:
        for number in range(50):
            results.extend(acknowledged(producer, [OutgoingRecord(topic, name, b"%d" % number)]))

    names = [b"ada", b"bob", b"eve"]
    threads = [threading.Thread(target=send, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 150
    read = written(environment, topic, 150)
    for name in names:
        assert [value for key, value in read if key == name] == [b"%d" % number for number in range(50)]


def test_a_closed_producer_sends_nothing(topic: str, producer: Producer) -> None:
    assert acknowledged(producer, [OutgoingRecord(topic, b"ada", b"before")]) == [True]
    producer.close()
    assert acknowledged(producer, [OutgoingRecord(topic, b"ada", b"after")]) == [False]


def test_many_records_that_fail_are_one_warning(
    topic: str, producer: Producer, caplog: pytest.LogCaptureFixture
) -> None:
    """Others of the same call are acknowledged, which does not close the breaker in between."""
    # The leader of a partition that was just made may refuse its first record for a moment. Small ones that were sent
    # again would come after the large one, whose failure closes the connections.
    assert acknowledged(producer, [OutgoingRecord(topic, name, b"first") for name in (b"ada", b"bob", b"eve")]) == (
        [True] * 3
    )
    records = [
        OutgoingRecord(topic, b"ada", b"." * 1_500_000),
        *(OutgoingRecord(topic, b"bob", b"small") for _ in range(3)),
        OutgoingRecord(topic, b"eve", b"." * 1_500_000),
    ]
    assert acknowledged(producer, records) == [False, True, True, True, False]
    assert [record.levelname for record in caplog.records if record.name == "chalicelib.clients.kafka.producer"] == [
        "WARNING"
    ]
