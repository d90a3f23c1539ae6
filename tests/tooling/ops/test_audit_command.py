"""`audit` names each difference between MongoDB, Kafka and what the consumer has recorded; each is made by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
import uuid_utils
from bson import ObjectId

from chalicelib.clock import utc_now
from chalicelib.events.envelope import derived_event
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.modifications import Edit
from tests.support.waiting import eventually
from tests.tooling.ops.audited_system import AuditedSystem, only

pytestmark = pytest.mark.real_kafka

KEPT = timedelta(days=8)
"""How long the ledger remembers an event."""


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


def test_messages_that_were_deleted_for_their_age_are_no_gap_and_one_that_is_lost_is(audited: AuditedSystem) -> None:
    ada, bob = audited.pair()
    conversation = audited.send(ada, bob, 40)[0].conversationId
    audited.move(conversation)
    audited.settle()
    deleting = replace(audited, environment={**audited.environment, "MESSAGE_RETENTION_DAYS": "30"})
    messages = audited.wiring.mongo.messages
    all_of_them = list(messages.find({"conversationId": conversation}))
    messages.delete_many({"conversationId": conversation, "seq": {"$lte": 5}})
    # Their events are no older than they are, so an audit of that time would miss their causes.
    since = utc_now()
    audited.wiring.mongo.conversations.update_one({"_id": conversation}, {"$set": {"updatedAt": utc_now()}})

    assert only(audited.audit(since=since, code=1), "seq_gap")["what"] == "seq 1 is missing to 5"
    assert deleting.audit(since=since)["differences"] == {}
    messages.delete_one({"conversationId": conversation, "seq": 8})
    assert only(deleting.audit(since=since, code=1), "seq_gap")["what"] == "seq 8 is missing"
    messages.delete_many({"conversationId": conversation})
    assert deleting.audit(since=since)["differences"] == {}
    messages.insert_many(all_of_them)  # for the tests that audit everything


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


def test_changes_without_their_event_and_events_without_their_change_are_named(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    [sent] = audited.send(ada, bob)
    mongo, changes = audited.wiring.mongo, audited.wiring.changes_of_messages
    for text in ("2", "3"):
        changes.edit(ada.credentials, bob.user.userId, 1, text)
    assert audited.audit(since=since)["differences"] == {}
    # A change is stored whose event is then lost, and another one follows.
    audited.wiring.message_changes.change(ada.user.userId, bob.user.userId, 1, Edit("4"))
    mongo.conversations.update_one({"_id": sent.conversationId}, {"$set": {"pendingEvents": []}})
    changes.edit(ada.credentials, bob.user.userId, 1, "5")
    audited.settle()
    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"change_missing": 1}
    missing = only(audit, "change_missing")
    assert (missing["id"], missing["what"]) == (sent.conversationId, "change 3")
    # Its two last changes are lost, and one of them is made again.
    mongo.conversations.update_one({"_id": sent.conversationId}, {"$set": {"lastChange": 2}})
    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"change_unknown": 1}
    changes.react(ada.credentials, bob.user.userId, 1, "👍")
    changes.react(ada.credentials, bob.user.userId, 1, "👎")
    audited.settle()
    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"change_doubled": 1}
    assert only(audit, "change_doubled")["id"] == f"{sent.conversationId}:4"


def test_an_event_that_was_never_published_is_named_and_restored(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    mongo = audited.wiring.mongo
    [first] = audited.send(ada, bob)
    audited.settle()
    # A message is stored whose event is then lost, as by an outbox that forgets it before Kafka has it.
    committed = audited.wiring.message_commits.commit(bob.user.userId, ada.user.userId, [Draft("lost")])
    [lost] = committed.events
    mongo.conversations.update_one({"_id": first.conversationId}, {"$set": {"pendingMessages": []}})
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
    # Nothing was missing. So there are two signups now, but for a message it is the same event once more.
    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"event_doubled": 1}
    assert [difference["id"] for difference in audit["shown"]] == [ada.user.userId]
    of_messages = audited.events(ada.user.userId, "MESSAGE_SENT", 41)
    assert len({event["eventId"] for event in of_messages}) == 40
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
