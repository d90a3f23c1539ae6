"""Stops at the edges of the clients: before each command to Redis, MongoDB and Kafka, in the threads of operations.

Nothing of the product is changed. Redis is met where a batch is packed, MongoDB by pymongo's own monitoring, which
calls before it sends, and Kafka at the interface of the producer. Set-up, repairs and threads of clients do not stop.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, cast
from unittest.mock import patch

from pymongo import MongoClient, UpdateOne, WriteConcern
from pymongo.collection import Collection
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from chalicelib.clients.kafka.producer import Producer, RecordFuture
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.clients.redis import exchange
from chalicelib.clients.redis.exchange import Command
from chalicelib.wiring import Wiring
from tests.interleavings.execution import Task, Will, await_arrival, current, leave, stop
from tests.interleavings.steps import EVERYTHING, Step, changes
from tests.interleavings.touches import (
    Document,
    mongodb_label,
    mongodb_touches,
    redis_label,
    redis_touches,
    update_touches,
)
from tests.interleavings.writes import Writes
from tests.support.kafka_records import KafkaRecord
from tests.support.waiting import eventually

_ENDS = frozenset({"commitTransaction", "abortTransaction"})
_NOT_AWAITED = frozenset({"endSessions", "killCursors", "killSessions"})


@contextmanager
def stopping_before_redis() -> Iterator[None]:
    """Within the block, batches to Redis are stopped before they are packed. What redis-py sends by itself is not."""
    packed = exchange.packed

    def stopped(commands: Sequence[Command]) -> bytes:
        if current() is not None:
            stop(Step(redis_label(commands), frozenset(redis_touches(commands))))
        return packed(commands)

    with patch.object(exchange, "packed", stopped):
        yield


class MongodbStops(CommandListener):
    """Stops before each command. A dead operation's transaction is ended by the server at any later time."""

    def __init__(self, admin: "MongoClient[dict[str, Any]]", writes: Writes) -> None:  # Any: BSON
        self._admin = admin
        self._writes = writes
        self._written: dict[Task, frozenset[Any]] = {}

    def started(self, event: CommandStartedEvent) -> None:
        task, name = current(), event.command_name
        self._writes.note(name, event.command)
        if task is None or name in _NOT_AWAITED:
            return
        touches = frozenset(mongodb_touches(name, event.command))
        is_retry = False
        if "startTransaction" in event.command:
            session = event.command["lsid"]
            step = Step(
                "MongoDB ends the transaction of the dead", frozenset(changes("mongodb transactions", EVERYTHING))
            )
            task.will = Will(step, lambda: self._admin.admin.command("killSessions", [session]))
            is_retry, task.has_conflicted = task.has_conflicted, False
            self._written[task] = frozenset()
        if "autocommit" in event.command and task in self._written:
            self._written[task] |= {touch for touch in touches if touch.changes}
            touches |= self._written[task] if name in _ENDS else frozenset()
        stop(Step(mongodb_label(name, event.command), touches, is_retry=is_retry))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._note_end(event.command_name)

    def failed(self, event: CommandFailedEvent) -> None:
        task, has_failed = current(), "TransientTransactionError" in event.failure.get("errorLabels", ())
        if task is not None and has_failed and event.command_name != "abortTransaction":
            task.has_conflicted, task.others_moved = True, False
        self._note_end(event.command_name)

    @staticmethod
    def _note_end(name: str) -> None:
        task = current()
        if task is not None and name in _ENDS:
            task.will = None


class LateWrites:
    """A collection for writes that are not waited for. Each arrives at any later time, or never: it is a task.

    Several updates at once are one task, although a server may do some of them only: none of them depends on another.
    """

    def __init__(self, collection: "Collection[Any]") -> None:  # Any: documents of every kind
        self._collection = collection.with_options(write_concern=WriteConcern("majority"))

    def update_one(self, query: Document, update: Document) -> None:
        self._leave([query], partial(self._collection.update_one, query, update))

    def update_many(self, query: Document, update: Document) -> None:
        self._leave([query], partial(self._collection.update_many, query, update))

    def bulk_write(self, updates: Sequence[UpdateOne], *, ordered: bool) -> None:
        self._leave(
            [update._filter for update in updates], partial(self._collection.bulk_write, updates, ordered=ordered)
        )

    def _leave(self, queries: Sequence[Document], write: Callable[[], object]) -> None:
        if current() is None:
            write()
            return
        name = self._collection.name
        which = " ".join(str(query["_id"]) for query in queries)
        touches = frozenset(touch for query in queries for touch in update_touches(name, query))
        leave("late write", Step(f"MongoDB update {name} {which}, not awaited", touches), write)


class Arrival:
    """A record that is on its way: the interface of RecordFuture."""

    def __init__(self, task: Task | None) -> None:
        self._task = task

    def acknowledged(self) -> bool:
        return self._task is None or await_arrival(self._task)


class StoppingProducer:
    """The producer's interface as the services see it. A record is a task, which arrives at any time after its send."""

    def __init__(self, producer: Producer, note: Callable[[KafkaRecord], None]) -> None:
        self._producer = producer
        self._note = note

    def send_all(self, records: Sequence[OutgoingRecord]) -> Sequence[RecordFuture]:
        return [cast("RecordFuture", self._send(record)) for record in records]

    def _send(self, record: OutgoingRecord) -> Arrival:
        def arrive() -> None:
            eventually(lambda: self._is_acknowledged(record), what="Kafka's acknowledgement")
            topic, key, value, headers = record
            self._note(KafkaRecord(0, value, topic=topic, key=key, headers=headers))

        if current() is None:
            arrive()
            return Arrival(None)
        partition = frozenset(changes(f"kafka {record.topic}", str(record.key)))
        return Arrival(leave("record", Step(f"Kafka {record.topic} has its record", partition), arrive))

    def connect_soon(self) -> None:
        self._producer.connect_soon()

    def connect(self) -> None:
        self._producer.connect()

    def ping(self) -> bool:
        return self._producer.ping()

    def close(self) -> None:
        """Nothing to close: the producer belongs to the world."""

    def _is_acknowledged(self, record: OutgoingRecord) -> bool:
        [sent] = self._producer.send_all([record])
        return sent is not None and sent.acknowledged()


def hook(wiring: Wiring, producer: StoppingProducer) -> None:
    """Have a wiring, which was made with MongodbStops, use these edges."""
    wiring.producer = cast("Producer", producer)
    late: dict[str, LateWrites] = {}

    def unacknowledged(collection: "Collection[Any]") -> "Collection[Any]":  # Any: documents of every kind
        found = late.setdefault(collection.name, LateWrites(collection))
        return cast("Collection[Any]", found)

    wiring.mongo.unacknowledged = unacknowledged  # type: ignore[method-assign] # for this one object
