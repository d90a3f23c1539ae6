"""A case has one report of each user, 1,000 at most, and its evidence is deleted in its time."""

from datetime import timedelta

import pytest
from bson import ObjectId

from chalicelib.models.case_documents import ActDocument, CaseDocument, MessageEvidence, ProfileEvidence, ReportDocument
from chalicelib.stores.cases import EVIDENCE_KEPT, MAX_REPORTS, CaseStore, Thing
from chalicelib.wiring import Wiring
from tests.support.clocks import OffsetClock
from tests.support.users import unknown_user_id

SHOWN = ProfileEvidence(firstName="Bob", lastName="Lovelace", about="I shout.", photoUrl=None)


@pytest.fixture
def clock() -> OffsetClock:
    return OffsetClock()


@pytest.fixture
def store(wiring: Wiring, clock: OffsetClock) -> CaseStore:
    return CaseStore(wiring.mongo, clock)


def thing(store: CaseStore) -> Thing:
    """A message that nobody has reported yet."""
    message = MessageEvidence(messageId=str(ObjectId()), seq=1, text="Shouts", ts=store.clock())
    return Thing(unknown_user_id(), SHOWN, message)


def report(store: CaseStore, user_id: str | None = None) -> ReportDocument:
    return ReportDocument(userId=user_id or unknown_user_id(), at=store.clock(), reason="spam", note="He shouts.")


def cases(store: CaseStore, reported: Thing) -> list[CaseDocument]:
    return list(store.mongo.cases.find({"thing": reported.key}))


def decide(store: CaseStore, case: CaseDocument, act: str) -> bool:
    done = ActDocument(moderatorId=unknown_user_id(), act=act, at=store.clock())  # type: ignore[typeddict-item]
    if act in {"warn", "suspend"}:
        done["reason"] = "spam"
    return store.add_act(case, done) is not None


def test_a_second_report_of_a_user_is_none_until_the_case_is_closed(store: CaseStore) -> None:
    reported, reporter = thing(store), unknown_user_id()
    assert store.add_report(reported, report(store, reporter)) is not None
    assert store.add_report(reported, report(store, reporter)) is None
    assert store.add_report(reported, report(store)) is not None
    [case] = cases(store, reported)
    assert len(case["reports"]) == 2
    assert decide(store, case, "dismiss")
    assert store.add_report(reported, report(store, reporter)) is not None
    assert [case["status"] for case in cases(store, reported)] == ["dismissed", "open"]


def test_a_case_has_a_bounded_number_of_reports(store: CaseStore) -> None:
    reported = thing(store)
    store.add_report(reported, report(store))
    many = [report(store) for _ in range(MAX_REPORTS - 2)]
    store.mongo.cases.update_one({"thing": reported.key}, {"$push": {"reports": {"$each": many}}})
    assert store.add_report(reported, report(store)) is not None
    assert store.add_report(reported, report(store)) is None
    [case] = cases(store, reported)
    assert len(case["reports"]) == MAX_REPORTS


def test_the_evidence_of_a_closed_case_is_deleted_after_90_days_and_the_acts_stay(
    store: CaseStore, clock: OffsetClock
) -> None:
    reported = thing(store)
    store.add_report(reported, report(store))
    [case] = cases(store, reported)
    assert decide(store, case, "dismiss")
    clock.offset = EVIDENCE_KEPT - timedelta(minutes=1)
    store.delete_evidence()
    [case] = cases(store, reported)
    assert case["message"]["text"] == "Shouts"
    clock.offset = EVIDENCE_KEPT + timedelta(minutes=1)
    store.delete_evidence()
    [case] = cases(store, reported)
    assert case.keys().isdisjoint({"message", "profile", "evidenceUntil"})
    assert "note" not in case["reports"][0]
    assert [act["act"] for act in case["acts"]] == ["dismiss"]


def test_while_somebody_is_suspended_the_evidence_stays(store: CaseStore, clock: OffsetClock) -> None:
    reported = thing(store)
    store.add_report(reported, report(store))
    [case] = cases(store, reported)
    assert decide(store, case, "suspend")
    clock.offset = 10 * EVIDENCE_KEPT
    store.delete_evidence()
    [case] = cases(store, reported)
    assert "message" in case
    assert decide(store, case, "reinstate")
    clock.offset += EVIDENCE_KEPT + timedelta(minutes=1)
    store.delete_evidence()
    [case] = cases(store, reported)
    assert "message" not in case
