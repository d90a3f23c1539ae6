"""`audit` names each difference between MongoDB, Kafka and what the consumer has recorded; each is made by hand."""

import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest
import uuid_utils
from bson import ObjectId
from kafka import KafkaAdminClient, TopicPartition

from chalicelib.clock import utc_now
from chalicelib.events.envelope import derived_event, encode, new_event
from chalicelib.events.outbox import pending
from chalicelib.models.pairs import pair_id
from chalicelib.stores.message_commits import Draft
from tests.support.kafka_access import kafka_arguments
from tests.support.server_variables import SERVERS
from tests.support.system import SETTINGS
from tests.support.waiting import eventually
from tests.tooling.ops.audited_system import Audit, AuditedSystem, audited_system

pytestmark = pytest.mark.real_kafka

KEPT = timedelta(days=8)
"""How long the ledger remembers an event."""


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedSystem]:
    environ = {name: value for name, value in os.environ.items() if name not in SERVERS}
    with audited_system(tmp_path_factory.mktemp("audited"), {**environ, **SETTINGS}) as system:
        yield system


def only(audit: Audit, kind: str) -> dict[str, str]:
    """The one difference of a kind."""
    [difference] = [difference for difference in audit["shown"] if difference["kind"] == kind]
    return dict(difference)


def test_the_books_of_a_sound_system_balance(audited: AuditedSystem) -> None:
    ada, bob = audited.pair()
    connections = audited.wiring.connections
    connections.request(ada.credentials, bob.user.userId, "interested")
    connections.answer(bob.credentials, ada.user.userId, "accepted")
    for connection_id in ("of Ada's laptop=", "of Ada's phone="):
        audited.wiring.publisher.publish(audited.wiring.socket_store.open(connection_id, ada.credentials))
    audited.send(ada, bob, 40)
    audited.send(bob, ada)
    audited.move(pair_id(ada.user.userId, bob.user.userId))
    audited.settle()

    balanced = audited.audit()
    assert balanced["differences"] == {}
    assert balanced["notes"] == []
    # 2 signups, 2 steps of a connection, 2 sockets and 41 messages
    assert balanced["totals"]["causes"] == 47
    # The same, 41 times analytics, 2 notifications of the connection and 40 of messages to Bob, who is offline.
    assert balanced["totals"]["events"] == balanced["totals"]["recorded"] == 130
    assert balanced["totals"]["days"] >= 1
    assert "The books balance." in audited.ops("audit")


def test_the_books_of_a_system_under_load_balance(audited: AuditedSystem) -> None:
    ada, bob = audited.pair()
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            audited.send(ada, bob, 5)

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        try:
            audits = [json.loads(audited.ops("audit", "--json")) for _ in range(4)]
        finally:
            stop.set()
        writing.result()
    assert [audit["shown"] for audit in audits] == [[]] * 4
    assert audits[-1]["totals"]["events"] > audits[0]["totals"]["events"]
    assert "not compared" in audits[-1]["notes"][0]
    audited.settle()


def test_a_message_that_left_the_tail_and_never_arrived_is_named(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    sent = audited.send(ada, bob, 40)
    conversation = sent[0].conversationId
    audited.move(conversation)
    audited.settle()
    lost = audited.wiring.mongo.messages.find_one_and_delete({"_id": ObjectId(sent[2].messageId)})
    assert lost is not None

    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"cause_missing": 1, "seq_gap": 1}
    missing = only(audit, "cause_missing")
    assert missing["id"] == audited.sent_event(sent[2]).eventId
    assert missing["what"] == f"MESSAGE_SENT of {sent[2].messageId}"
    assert missing["isIn"].startswith("message-events ")
    assert missing["missingIn"] == "MongoDB"
    gap = only(audit, "seq_gap")
    assert (gap["id"], gap["what"]) == (conversation, "seq 3 is missing")


def test_a_message_that_is_gone_from_the_tail_is_named(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    sent = audited.send(ada, bob, 3)
    audited.settle()
    audited.wiring.mongo.conversations.update_one(
        {"_id": sent[0].conversationId}, {"$pull": {"tail": {"_id": ObjectId(sent[1].messageId)}}}
    )

    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"cause_missing": 1, "seq_gap": 1}
    assert only(audit, "cause_missing")["id"] == audited.sent_event(sent[1]).eventId
    assert only(audit, "seq_gap")["what"] == "lastSeq is 3, but its tail ends at 2"


def test_an_event_that_was_never_published_is_named_and_restored(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    mongo = audited.wiring.mongo
    [first] = audited.send(ada, bob)
    audited.settle()
    # A message is stored whose event is then lost, as by an outbox that forgets it before Kafka has it.
    committed = audited.wiring.message_commits.commit(bob.user.userId, ada.user.userId, [Draft("lost")])
    [lost] = committed.events
    mongo.conversations.update_one({"_id": first.conversationId}, {"$set": {"pendingEvents": []}})
    # So are the two steps of a connection.
    audited.wiring.connection_store.insert(ada.user.userId, bob.user.userId, "interested")
    audited.wiring.connection_store.answer(bob.user.userId, ada.user.userId, "rejected")
    mongo.connections.update_one({"_id": first.conversationId}, {"$set": {"pendingEvents": []}})

    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"event_missing": 3}
    by_type = {difference["what"]: difference for difference in audit["shown"]}
    assert by_type.keys() == {"MESSAGE_SENT", "CONNECTION_REQUEST", "CONNECTION_REJECTED"}
    named = by_type["MESSAGE_SENT"]
    assert named["id"] == lost.data["messageId"]
    assert named["isIn"] == f"conversations {first.conversationId}"
    assert named["missingIn"] == "Kafka and pendingEvents"

    for difference in audit["shown"]:
        audited.mend(difference)
    audited.settle()
    assert audited.audit(since=since)["differences"] == {}
    [restored] = audited.events(bob.user.userId, "MESSAGE_SENT", 1)
    assert restored["data"] == lost.data


def test_the_event_of_a_moved_message_and_of_a_signup_can_be_restored(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    sent = audited.send(ada, bob, 40)
    audited.move(sent[0].conversationId)
    audited.settle()
    [signup] = audited.events(ada.user.userId, "USER_SIGNUP", 1)
    audited.ops("events", "restore", "USER_SIGNUP", ada.user.userId)
    audited.ops("events", "restore", "MESSAGE_SENT", sent[0].messageId)
    audited.settle()
    # Nothing was missing, and so there are two of each now.
    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"event_doubled": 2}
    assert {difference["id"] for difference in audit["shown"]} == {ada.user.userId, sent[0].messageId}
    first, second = audited.events(ada.user.userId, "USER_SIGNUP", 2)
    assert first == signup
    assert {**second, "eventId": signup["eventId"]} == {**first, "timestamp": second["timestamp"]}
    audited.ops("events", "restore", "MESSAGE_SENT", "0" * 24, code=1)
    audited.ops("events", "restore", "USER_SIGNUP", "nobody", code=1)


def test_an_event_without_its_effect_is_named_and_replayed(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    [sent] = audited.send(ada, bob)
    audited.settle()
    event = audited.sent_event(sent)
    ledger = audited.wiring.mongo.processed_events
    assert ledger.delete_one({"_id": event.eventId}).deleted_count == 1

    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"effect_missing": 1}
    missing = only(audit, "effect_missing")
    assert (missing["id"], missing["missingIn"]) == (event.eventId, "processed_events")
    audited.mend(missing)
    eventually(lambda: ledger.find_one({"_id": event.eventId}), what="the effect of the replayed event")
    assert audited.audit(since=since)["differences"] == {}


def test_a_record_that_is_gone_from_kafka_is_named(audited: AuditedSystem) -> None:
    since = utc_now()
    event_id = str(uuid_utils.uuid7())
    audited.wiring.mongo.processed_events.insert_one({"_id": event_id, "expiresAt": utc_now() + KEPT})
    audit = audited.audit(since=since - timedelta(seconds=1), code=1)
    assert only(audit, "record_missing")["id"] == event_id
    audited.wiring.mongo.processed_events.delete_one({"_id": event_id})


def test_what_was_not_derived_is_named(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    audited.settle()
    # An event that the ledger knows already has no effects.
    [sent] = audited.wiring.message_commits.commit(ada.user.userId, bob.user.userId, [Draft("hi")]).events
    ledger = audited.wiring.mongo.processed_events
    ledger.insert_one({"_id": sent.eventId, "expiresAt": utc_now() + KEPT})
    audited.wiring.publisher.publish_all([sent])
    audited.wiring.message_events.confirm([sent])
    audited.settle()

    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"derived_missing": 1}
    analytics = derived_event(sent, "MESSAGE_ANALYTICS", ada.user.userId)
    assert only(audit, "derived_missing")["id"] == analytics.eventId


def test_a_notification_that_is_gone_is_named(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    audited.wiring.connections.request(ada.credentials, bob.user.userId, "interested")
    [sent] = audited.send(ada, bob)
    audited.settle()
    assert audited.audit(since=since)["differences"] == {}
    notifications = audited.wiring.mongo.notifications
    assert notifications.delete_many({"userId": bob.user.userId}).deleted_count == 2

    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"notification_missing": 2}
    assert {difference["what"] for difference in audit["shown"]} == {
        "MESSAGE_NOTIFICATION",
        "CONNECTION_REQUEST_NOTIFICATION",
    }
    of_message = derived_event(audited.sent_event(sent), "MESSAGE_NOTIFICATION", bob.user.userId)
    assert of_message.eventId in {difference["id"] for difference in audit["shown"]}


def test_a_doubled_count_is_named_with_its_correction(audited: AuditedSystem) -> None:
    ada, bob = audited.pair()
    audited.send(ada, bob)
    audited.settle()
    day = utc_now().date().isoformat()
    daily = audited.wiring.mongo.analytics_daily
    found = daily.find_one({"_id": day})
    assert found is not None
    daily.update_one({"_id": day}, {"$inc": {"counts.PROFILE_VIEW": 2, "activeUsers": 1}})

    wrong = {
        difference["id"]: difference
        for difference in audited.audit(code=1)["shown"]
        if difference["kind"] == "count_wrong"
    }
    views, active = wrong[f"{day} PROFILE_VIEW"], wrong[f"{day} activeUsers"]
    counted = found["counts"].get("PROFILE_VIEW", 0)
    assert views["isIn"] == f"analytics_daily: {counted + 2}"
    assert '{$inc: {"counts.PROFILE_VIEW": -2}}' in views["mend"]
    assert '{$inc: {"activeUsers": -1}}' in active["mend"]
    daily.update_one({"_id": day}, {"$inc": {"counts.PROFILE_VIEW": -2, "activeUsers": -1}})
    after = {difference["id"] for difference in audited.audit("--limit", "1000", code=1)["shown"]}
    assert not after & {views["id"], active["id"]}


def test_a_dead_letter_is_named_until_it_had_its_effect(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, _bob = audited.pair()
    future = msgspec.structs.replace(
        new_event("PROFILE_VIEW", ada.user.userId, utc_now, viewedUserId=ada.user.userId), version=99
    )
    delivery = audited.wiring.producer.send("analytics-events", b"key", encode(future))
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
        {"_id": ObjectId(ada.user.userId)}, {"$push": {"pendingEvents": pending(view, utc_now)}}
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
    audited.send(bob, ada)
    audited.settle()

    # Two partitions hold no record any more, so nobody knows how old the last one was: less than the retention.
    audit = audited.audit()
    assert audit["notes"][0].startswith("Kafka has deleted records that are older than ")


def test_a_period_that_ends_before_it_begins_is_refused(audited: AuditedSystem) -> None:
    audited.ops("audit", "--from", "2026-01-02", "--to", "2026-01-01", code=2)
    audited.ops("audit", "--from", "yesterday", code=2)
