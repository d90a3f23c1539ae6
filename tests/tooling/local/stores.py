"""Writes to each of the three servers, and reads back what is left after a restart."""

from collections.abc import Mapping

import pytest
from kafka import KafkaConsumer, KafkaProducer
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
        consumer = KafkaConsumer(
            "user-events",
            auto_offset_reset="earliest",
            consumer_timeout_ms=1000,
            **kafka_arguments(environment),
        )
        try:
            return [record.value.decode() for record in consumer]
        finally:
            consumer.close()


Store = RedisStore | MongoStore | KafkaStore

every_store = pytest.mark.parametrize(
    "store",
    [RedisStore(), MongoStore(), pytest.param(KafkaStore(), marks=pytest.mark.real_kafka)],
    ids=lambda store: str(store.name),
)
