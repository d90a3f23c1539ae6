"""The servers as one worker sees them: a database and a Redis of its own, and a wiring for each operation."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import msgspec
import redis
from pymongo import MongoClient

from chalicelib import settings
from chalicelib.caching import leases, recent_messages
from chalicelib.clients import budget
from chalicelib.clients.kafka.producer import Producer
from chalicelib.clients.redis import server
from chalicelib.consumer.pipeline import ledger
from chalicelib.events.envelope import Envelope
from chalicelib.stores.pending_events import pending_places
from chalicelib.wiring import Wiring
from infra.provision.indexes import create_indexes
from tests.interleavings.hooks import MongodbStops, StoppingProducer, hook, stopping_before_redis
from tests.interleavings.writes import Writes
from tests.support.addresses import CLOSED_PORT
from tests.support.clocks import ManualClock
from tests.support.kafka_records import KafkaRecord
from tests.support.system import UNLIMITED

OPERATIONS = 3
"""How many operations run at once, at most. Each has a wiring of its own, as each function is a process of its own."""


@dataclass
class _Pending:
    """The pending events, as they were read after so many writes."""

    number: int = -1
    events: list[Envelope] = field(default_factory=list)


@dataclass(frozen=True)
class World:
    """`records` are those that Kafka has acknowledged in the present execution, in the order of their arrival."""

    clock: ManualClock
    wirings: list[Wiring]
    observer: Wiring
    redis: "redis.Redis"
    mongo: "MongoClient[dict[str, Any]]"  # Any: BSON
    writes: Writes
    begins_at: datetime
    records: list[KafkaRecord] = field(default_factory=list)
    published: set[str] = field(default_factory=set)
    """The eventIds of all executions so far."""
    consumed: set[str] = field(default_factory=set)
    """The eventIds whose effects an operation of the present execution has caused: no repair causes them again."""

    _pending: "_Pending" = field(default_factory=_Pending)

    def begin(self) -> None:
        """Begin another execution, at the same time as all others."""
        self.clock.now = self.begins_at
        self.published.update(event["eventId"] for event in self.events())
        self.records.clear()
        self.consumed.clear()
        # A sweep would find the presence of earlier sockets.
        if self.observer.mongo.sockets.name in self.writes.collections:
            self.observer.mongo.sockets.delete_many({})
        self.writes.collections.clear()

    def load_scripts(self) -> None:
        """Have Redis know the scripts, so that no execution differs from the others as it is the first."""
        for module in (leases, recent_messages):
            for value in vars(module).values():
                if isinstance(value, str) and "redis.call" in value:
                    self.redis.script_load(value)

    def events(self) -> list[dict[str, Any]]:  # Any: JSON
        """The events that Kafka has acknowledged in this execution."""
        return [msgspec.json.decode(record.value or b"") for record in self.records]

    def pending_events(self) -> list[Envelope]:
        """The events that are pending in any document that this execution has written.

        They are read once until something is written again.
        """
        if self._pending.number != self.writes.number:
            self._pending.events = [
                waiting.event
                for place in pending_places(self.observer.mongo)
                if place.collection.name in self.writes.collections
                for document in place.read()
                for waiting in document
            ]
            self._pending.number = self.writes.number
        return self._pending.events


@contextmanager
def open_world(environment: Mapping[str, str], number: int) -> Iterator[World]:
    """Open the world of one worker on these servers. `number` counts the workers, from 0."""
    variables = {
        **environment,
        **UNLIMITED,
        "MONGODB_URI": urlsplit(environment["MONGODB_URI"])._replace(path=f"/interleavings_{number}").geturl(),
        "REDIS_URL": urlsplit(environment["REDIS_URL"])._replace(path=f"/{number + 1}").geturl(),
        "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{CLOSED_PORT}",
        "BCRYPT_ROUNDS": "4",
    }
    clock, writes = ManualClock(), Writes()
    with ExitStack() as stack:
        # An order is wrong or right whatever the time that a busy machine takes for it.
        for module, name in (
            (server, "CONNECT_SECONDS"),
            (server, "REPLY_SECONDS"),
            (budget, "REQUEST_SECONDS"),
            (ledger, "TRANSACTION_SECONDS"),
        ):
            stack.enter_context(patch.object(module, name, 30.0))
        stack.enter_context(_quiet())
        stack.enter_context(stopping_before_redis())
        mongo = stack.enter_context(MongoClient[dict[str, Any]](variables["MONGODB_URI"]))
        raw_redis = stack.enter_context(closing(redis.Redis.from_url(variables["REDIS_URL"])))
        mongo.drop_database(mongo.get_default_database().name)
        raw_redis.flushdb()
        create_indexes(variables["MONGODB_URI"])
        records: list[KafkaRecord] = []
        producer = stack.enter_context(closing(Wiring(settings.load(variables)).producer))
        wirings = [
            stack.enter_context(closing(_wiring(variables, clock, MongodbStops(mongo, writes), producer, records)))
            for _ in range(OPERATIONS + 1)
        ]
        yield World(clock, wirings[:OPERATIONS], wirings[OPERATIONS], raw_redis, mongo, writes, clock.now, records)


def _wiring(
    variables: Mapping[str, str],
    clock: ManualClock,
    stops: MongodbStops,
    producer: Producer,
    records: list[KafkaRecord],
) -> Wiring:
    wiring = Wiring(settings.load(variables), clock, [stops])
    hook(wiring, StoppingProducer(producer, records.append))
    return wiring


@contextmanager
def _quiet() -> Iterator[None]:
    """What the product logs of operations that die and sockets that nobody serves would be millions of lines."""
    log = logging.getLogger("chalicelib")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(level)
