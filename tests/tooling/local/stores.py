"""Writes to each of the three servers, and reads back what is left after a restart."""

from collections.abc import Mapping

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from pymongo import MongoClient
from redis import Redis

from tests.support.kafka_access import kafka_arguments

Environment = Mapping[str, str]


class RedisStore:
    name = "redis"

    def write(self, environment: Environment, text: str) -> None:
        with Redis.from_url(environment["REDIS_URL"]) as client:
            client.rpush("kept", text)

    def read(self, environment: Environment) -> list[str]:
        with Redis.from_url(environment["REDIS_URL"], decode_responses=True) as client:
            return [str(text) for text in client.lrange("kept", 0, -1)]


class MongoStore:
    name = "mongodb"

    def write(self, environment: Environment, text: str) -> None:
        client: MongoClient[dict[str, object]] = MongoClient(environment["MONGODB_URI"], w="majority")
        with client, client.start_session() as session, session.start_transaction():
            client["devconnect"]["kept"].insert_one({"text": text}, session=session)

    def read(self, environment: Environment) -> list[str]:
        client: MongoClient[dict[str, object]] = MongoClient(environment["MONGODB_URI"])
        with client:
            return [str(document["text"]) for document in client["devconnect"]["kept"].find()]


class KafkaStore:
    name = "kafka"

    def write(self, environment: Environment, text: str) -> None:
        producer = KafkaProducer(**kafka_arguments(environment))
        try:
            producer.send("user-events", key=b"one partition", value=text.encode()).get(10)
        finally:
            producer.close()

    def read(self, environment: Environment) -> list[str]:
        consumer = KafkaConsumer(**kafka_arguments(environment))
        try:
            partitions = [
                TopicPartition("user-events", number) for number in consumer.partitions_for_topic("user-events")
            ]
            ends = consumer.end_offsets(partitions)
            consumer.assign(partitions)
            consumer.seek_to_beginning()
            texts: list[str] = []
            while any(consumer.position(partition) < end for partition, end in ends.items()):
                records = consumer.poll(timeout_ms=500).values()
                texts += [record.value.decode() for of_partition in records for record in of_partition]
            return texts
        finally:
            consumer.close()


Store = RedisStore | MongoStore | KafkaStore

every_store = pytest.mark.parametrize(
    "store",
    [RedisStore(), MongoStore(), pytest.param(KafkaStore(), marks=pytest.mark.real_kafka)],
    ids=lambda store: str(store.name),
)
