"""`audit` reads the log of what moderators did: each act has its event, and each event its act."""

import pytest
from bson import ObjectId

from chalicelib.clock import utc_now
from chalicelib.models.case_documents import ActDocument, ProfileEvidence, ReportDocument
from chalicelib.stores.cases import Thing
from tests.tooling.ops.audited_system import AuditedSystem, only

pytestmark = pytest.mark.real_kafka


def test_a_report_and_an_act_whose_events_are_lost_are_named_and_restored(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, bob = audited.pair()
    mod, _ = audited.pair()
    store, mongo = audited.wiring.case_store, audited.wiring.mongo
    shown = ProfileEvidence(firstName="Bob", lastName="Lovelace", about=None, photoUrl=None)
    report = ReportDocument(userId=ada.user.userId, at=utc_now(), reason="spam")
    assert store.add_report(Thing(bob.user.userId, shown, None), report) is not None
    case = mongo.cases.find_one({"userId": bob.user.userId})
    assert case is not None
    case_id = str(case["_id"])
    act = ActDocument(moderatorId=mod.user.userId, act="warn", at=utc_now(), reason="spam")
    assert store.add_act(case, act) is not None
    # As by an outbox that forgets them before Kafka has them.
    mongo.cases.update_one({"_id": case["_id"]}, {"$set": {"pendingEvents": []}})
    audited.settle()

    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"event_missing": 2}
    by_type = {difference["what"]: difference for difference in audit["shown"]}
    assert by_type["REPORT_MADE"]["id"] == f"{case_id}:{ada.user.userId}"
    assert by_type["USER_WARNED"]["id"] == case_id
    assert {difference["isIn"] for difference in audit["shown"]} == {f"cases {case_id}"}
    for difference in audit["shown"]:
        audited.mend(difference)
    audited.settle()
    assert audited.audit(since=since)["differences"] == {}
    [restored] = audited.events(bob.user.userId, "USER_WARNED", 1)
    assert restored["data"] == {"caseId": case_id, "moderatorId": mod.user.userId, "reason": "spam"}


def test_an_act_that_was_taken_out_of_the_log_is_named(audited: AuditedSystem) -> None:
    since = utc_now()
    ada, _ = audited.pair()
    case_id = audited.decided_case(ada)
    audited.settle()
    mongo = audited.wiring.mongo
    taken = {"acts": {"act": "suspend"}}
    case = mongo.cases.find_one_and_update({"_id": ObjectId(case_id)}, {"$pull": taken})
    assert case is not None
    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"cause_missing": 1}
    assert only(audit, "cause_missing")["what"] == f"USER_SUSPENDED of {case_id}"
    mongo.cases.replace_one({"_id": ObjectId(case_id)}, case)
    assert audited.audit(since=since)["differences"] == {}


def test_the_answer_to_somebody_who_has_left_since_gets_its_event_back(audited: AuditedSystem) -> None:
    """The erasure marks a connection as left, and notes what it was."""
    since = utc_now()
    ada, bob = audited.pair()
    mongo, store = audited.wiring.mongo, audited.wiring.connection_store
    store.insert(ada.user.userId, bob.user.userId, "interested")
    store.answer(bob.user.userId, ada.user.userId, "accepted")
    mongo.connections.update_one(
        {"userIds": ada.user.userId}, {"$set": {"status": "left", "leftStatus": "accepted", "pendingEvents": []}}
    )
    audited.settle()
    audit = audited.audit(since=since, code=1)
    assert audit["differences"] == {"event_missing": 2}
    for difference in audit["shown"]:
        audited.mend(difference)
    audited.settle()
    assert audited.audit(since=since)["differences"] == {}
