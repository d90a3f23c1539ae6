"""Whether this process can reach the servers that it depends on."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.clients.kafka.producer import Producer
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.clients.redis.client import RedisClient

State = Literal["ok", "refuses_writes", "unavailable"]
"""`refuses_writes` is a Redis that answers and is full, or a replica. What it holds is read, presence from MongoDB."""


@dataclass(frozen=True, kw_only=True)
class Health:
    mongo: MongoDatabase
    redis: RedisClient
    producer: Producer

    def dependencies(self) -> dict[str, State]:
        """Return {name: state}. Only MongoDB is needed: without the others all works, but more slowly or later."""
        return {
            "mongodb": _state(self.mongo.ping()),
            "redis": "refuses_writes" if self.redis.refuses_writes() else _state(self.redis.ping()),
            "kafka": _state(self.producer.ping()),
        }


def _state(is_reachable: bool) -> State:
    return "ok" if is_reachable else "unavailable"
