"""`audit` names what waits, and says what can no longer be compared. It runs last, as records are deleted."""

from datetime import timedelta

import msgspec
import pytest
from bson import ObjectId
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition

from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.clock import utc_now
from chalicelib.events.envelope import encode, new_event
from chalicelib.events.outbox import pending
from tests.support.kafka_access import kafka_arguments
from tests.tooling.ops.audited_system import AuditedSystem, only

pytestmark = pytest.mark.real_kafka

KEPT = timedelta(days=8)
"""How long the ledger remembers an event."""


def test_a_dead_letter_is_named_until_it_had_its_effect(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, _bob = audited.pair()
    future = msgspec.structs.replace(
        new_event("PROFILE_VIEW", ada.user.userId, utc_now, viewedUserId=ada.user.userId), version=99
    )
    [delivery] = audited.wiring.producer.send_all([OutgoingRecord("analytics-events", b"key", encode(future))])
    assert delivery is not None
    assert delivery.acknowledged()
    audited.settle()

    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"dead_letter": 1}
    letter = only(audit, "dead_letter")
    assert (letter["id"], letter["what"]) == (future.eventId, "unsupported_version")
    assert letter["mend"].startswith("python -m infra.ops dead-letters replay ")
    # As if a later release had understood it.
    audited.wiring.mongo.processed_events.insert_one({"_id": future.eventId, "expiresAt": utc_now() + KEPT})
    assert audited.audit(since=since)["differences"] == {}


def test_events_that_wait_for_too_long_are_named(audited: AuditedSystem) -> None:
    ada, bob = audited.pair()
    audited.settle()
    since = utc_now()
    audited.consumer.stop()
    audited.wiring.connections.request(ada.credentials, bob.user.userId, "interested")
    view = new_event("PROFILE_UPDATED", ada.user.userId, utc_now, fields=["about"])
    audited.wiring.mongo.users.update_one(
        {"_id": ObjectId(ada.user.userId)}, {"$push": {"pendingEvents": pending(view, utc_now())}}
    )
    assert audited.audit(since=since)["differences"] == {}

    audit = audited.audit("--grace", "0", since=since, code=1)
    assert audit["differences"] == {"event_pending": 1, "not_consumed": 1}
    assert only(audit, "event_pending")["id"] == view.eventId
    assert only(audit, "event_pending")["isIn"] == f"users {ada.user.userId}"
    assert only(audit, "not_consumed")["what"] == "CONNECTION_REQUEST"
    audited.consumer.start()
    audited.settle()
    assert audited.audit("--grace", "0", since=since)["differences"] == {}


def test_what_kafka_has_deleted_is_not_compared_and_said_so(audited: AuditedSystem) -> None:
    ada, bob = audited.pair()
    audited.send(ada, bob, 5)
    audited.settle()
    admin = KafkaAdminClient(**kafka_arguments(audited.environment))
    partitions = [TopicPartition("message-events", number) for number in range(3)]
    admin.delete_records(dict.fromkeys(partitions, -1))  # up to their ends
    admin.close()
    # Each partition holds a record again: of a type that no release knows, and so of no effect.
    unknown = new_event("A_NEW_TYPE", ada.user.userId, utc_now)
    producer = KafkaProducer(**kafka_arguments(audited.environment))
    for partition in partitions:
        producer.send("message-events", partition=partition.partition, value=encode(unknown)).get(timeout=10)
    producer.close()
    audited.send(bob, ada)
    audited.settle()

    audit = audited.audit()
    assert audit["notes"][0].startswith("Kafka has deleted records that are older than ")
