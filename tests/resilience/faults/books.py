"""The books of a run: what MongoDB, Kafka and the effects hold of it, which must agree."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from bson import ObjectId
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import OffsetSpec
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.clients.kafka.consumer import Record
from chalicelib.events.envelope import Envelope, decode
from chalicelib.events.topics import EVENT_TOPICS, GROUP
from chalicelib.models.event_types import MessageNotification
from tests.support.stored_messages import stored_messages
from tests.support.waiting import eventually

BEGINNING = datetime.fromtimestamp(0, UTC)
CARRIERS = ("users", "sessions", "sockets", "conversations", "messages", "connections")
PATIENCE = 120.0
"""Seconds within which all that is under way must arrive, the relay's grace and a killed member's session included."""


@dataclass(frozen=True)
class Books:
    stored: frozenset[str]
    """The ids of the messages in MongoDB."""
    records: list[Envelope]
    """The events of the event topics, duplicates included."""
    counts: Counter[str]
    """How many events the consumer has counted, by event type, over all days."""
    notified: dict[str, list[tuple[str, int]]]
    """{"<sender> to <receiver>": [(its id, the seq of the newest message that it stands for)]}, of messages."""

    def of(self, event_type: str) -> dict[str, Envelope]:
        return {event.eventId: event for event in self.records if event.eventType == event_type}

    def check(self) -> None:
        """Asserts that every stored message is one event, and that every event had its effects once."""
        sent = self.of("MESSAGE_SENT")
        assert Counter(event.data["messageId"] for event in sent.values()) == Counter(self.stored)
        distinct = {event.eventId: event.eventType for event in self.records}
        assert self.counts == Counter(distinct.values())
        for derived in ("MESSAGE_ANALYTICS", "MESSAGE_NOTIFICATION"):
            assert self.of(derived).keys() == {derived_id(event, derived) for event in sent.values()}, derived
        # Nobody reads, so the messages of one sender are one notification, which stands for all of them.
        notifications = self.of("MESSAGE_NOTIFICATION").values()
        newest: dict[str, int] = {}
        for event in notifications:
            name = f"{event.data['fromUserId']} to {event.userId}"
            newest[name] = max(newest.get(name, 0), msgspec.convert(event.data, MessageNotification).seq)
        assert {name: [seq for _id, seq in stored] for name, stored in self.notified.items()} == {
            name: [seq] for name, seq in newest.items()
        }
        ids = {event.eventId for event in notifications}
        assert all(notification_id in ids for stored in self.notified.values() for notification_id, _seq in stored)

    def summary(self) -> str:
        distinct = len({event.eventId for event in self.records})
        return (
            f"{len(self.stored):,} messages stored, {distinct:,} events published "
            f"({len(self.records) - distinct} records more), {self.counts['MESSAGE_SENT']:,} messages counted, "
            f"{len(self.notified):,} notifications"
        )


class Auditor:
    """Reads the books without joining or disturbing the consumer's group."""

    def __init__(self, database: Database[dict[str, Any]], admin: KafkaAdminClient, consumer: KafkaConsumer) -> None:
        self.database = database
        self._admin = admin
        self._consumer = consumer

    def pending(self, since: datetime = BEGINNING) -> int:
        """Returns how many documents still carry an event that was written since then."""
        in_tails = {"pendingMessages": {"$gte": ObjectId.from_datetime(since)}}
        return self.database.conversations.count_documents(in_tails) + sum(
            self.database[name].count_documents({"pendingEvents.at": {"$gte": since}}) for name in CARRIERS
        )

    def lag(self) -> int:
        """Returns how many records of the event topics the group has not committed.

        The commits are read before the ends, so that at zero nothing was under way in between, not even derived events.
        """
        committed = self._admin.list_group_offsets({GROUP: None})[GROUP]
        ends = self._ends()
        done = {partition: max(0, offset.offset) for partition, offset in committed.items()}
        return sum(end - done.get(partition, 0) for partition, end in ends.items())

    def forget_offsets(self) -> None:
        """Makes the group begin again. It must have no members."""
        self._admin.reset_group_offsets(GROUP, dict.fromkeys(self._ends(), OffsetSpec.EARLIEST))

    def settled(self) -> Books:
        """Waits until nothing is pending and the group has read everything, and returns the books."""
        eventually(lambda: self.pending() == 0, seconds=PATIENCE, what="no pending event")
        eventually(lambda: self.lag() == 0, seconds=PATIENCE, what="no lag")
        return Books(
            stored=frozenset(str(message["_id"]) for message in stored_messages(self.database)),
            records=[decode(record.value or b"") for record in self.records()],
            counts=self.counts(),
            notified=self._notified(),
        )

    def _notified(self) -> dict[str, list[tuple[str, int]]]:
        notified: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for document in self.database.notifications.find({"type": "MESSAGE_NOTIFICATION"}):
            name = f"{document['fromUserId']} to {document['userId']}"
            notified[name].append((document["_id"], document["seq"]))
        return dict(notified)

    def counts(self) -> Counter[str]:
        """Returns how many events of each type the consumer has counted, over all days."""
        counts: Counter[str] = Counter()
        for day in self.database.analytics_daily.find():
            counts.update(day["counts"])
        return counts

    def records(self, *topics: str) -> Iterator[Record]:
        """Yields the records of these topics, or of all event topics, from the beginning to their present end."""
        ends = self._ends(*topics)
        self._consumer.assign(list(ends))
        self._consumer.seek_to_beginning()
        while any(self._consumer.position(partition) < end for partition, end in ends.items()):
            for records in self._consumer.poll(timeout_ms=500).values():
                yield from records

    def _ends(self, *topics: str) -> dict[TopicPartition, int]:
        partitions = [
            TopicPartition(topic, partition)
            for topic in topics or EVENT_TOPICS
            for partition in self._consumer.partitions_for_topic(topic)
        ]
        ends: dict[TopicPartition, int] = self._consumer.end_offsets(partitions)
        return ends


def derived_id(event: Envelope, event_type: str) -> str:
    """Returns the id of the event of that type which `event` causes, by the rule of the envelope."""
    return str(uuid.uuid5(uuid.UUID(event.eventId), event_type))


@contextmanager
def auditing(environment: Mapping[str, str]) -> Iterator[Auditor]:
    """Opens an auditor of the servers that `environment` names."""
    servers = environment["KAFKA_BOOTSTRAP_SERVERS"].split(",")
    client: MongoClient[dict[str, Any]] = MongoClient(environment["MONGODB_URI"], readConcernLevel="majority")
    admin = KafkaAdminClient(bootstrap_servers=servers)
    consumer = KafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    try:
        with client:
            yield Auditor(client.get_default_database(), admin, consumer)
    finally:
        consumer.close()
        admin.close()
