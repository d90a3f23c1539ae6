"""Whether this process can reach what it depends on."""

from chalicelib.clients.kafka_client import Producer
from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import RedisClient


class Health:
    def __init__(self, store: MongoStore, redis: RedisClient, producer: Producer) -> None:
        self._store = store
        self._redis = redis
        self._producer = producer

    def dependencies(self) -> dict[str, bool]:
        """{name: reachable}. Only MongoDB is needed: without the others everything works, more slowly or later."""
        return {
            "mongodb": self._store.ping(),
            "redis": self._redis.ping(),
            "kafka": self._producer.ping(),
        }
