"""Whether this process can reach the servers that it depends on."""

from dataclasses import dataclass

from chalicelib.clients.kafka.producer import Producer
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient


@dataclass(frozen=True, kw_only=True)
class Health:
    mongo: MongoDatabase
    redis: RedisClient
    producer: Producer

    def dependencies(self) -> dict[str, bool]:
        """Return {name: reachable}. Only MongoDB is needed: without the others all works, but more slowly or later."""
        return {
            "mongodb": self.mongo.ping(),
            "redis": self.redis.ping(),
            "kafka": self.producer.ping(),
        }
