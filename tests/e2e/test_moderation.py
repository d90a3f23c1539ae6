"""Moderators decide cases once, and only as long as they are moderators."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.clients import PASSWORD, Json, Person
from tests.e2e.mails import mails_to
from tests.e2e.moderators import case_about, decide, give_role, queue, report, suspend, take_role
from tests.e2e.people import MakePerson
from tests.support.event_log import EventLog
from tests.support.system import System
from tests.support.waiting import eventually


@pytest.fixture
def case(mod: Person, ada: Person, bob: Person) -> Json:
    """Ada's report of Bob."""
    assert report(ada, bob).status_code == 204
    return case_about(mod, bob)


@pytest.fixture
def other_mod(make_person: MakePerson, environment: dict[str, str]) -> Person:
    person = make_person("Other")
    give_role(environment, person)
    return person


def test_a_dismissed_case_leaves_the_queue_and_changes_nothing_for_the_user(
    mod: Person, bob: Person, case: Json, event_log: EventLog
) -> None:
    dismissed = decide(mod, case, "dismiss", note="Nothing wrong here.")
    assert dismissed.status_code == 200, dismissed.text
    [act] = dismissed.json()["acts"]
    assert (act["act"], act["moderatorId"], act["note"]) == ("dismiss", mod.user_id, "Nothing wrong here.")
    assert case["caseId"] not in {each["caseId"] for each in queue(mod)}
    assert case["caseId"] in {each["caseId"] for each in queue(mod, "dismissed")}
    assert bob.get("/api/profile").status_code == 200
    [event] = eventually(lambda: event_log.of(bob.user_id, "REPORT_DISMISSED"), what="the event")
    assert event["data"] == {"caseId": case["caseId"], "moderatorId": mod.user_id}


def test_who_is_warned_gets_a_notification_and_a_mail_that_say_why_and_not_by_whom(
    system: System, mod: Person, bob: Person, case: Json
) -> None:
    with bob.device() as phone:
        assert decide(mod, case, "warn", reason="harassment").status_code == 200
        pushed = phone.expect("notification", type="WARNING_NOTIFICATION")
    [stored] = bob.get("/api/notifications").json()["notifications"]
    assert stored["text"] == pushed["text"]
    assert "harassment" in stored["text"]
    assert stored["fromUserId"] == bob.user_id
    [mail] = eventually(lambda: [m for m in mails_to(system, bob.email_id) if "warning" in m.subject], what="the mail")
    assert "harassment of somebody" in mail.text
    assert "harassment of somebody" in mail.html
    assert mod.user_id not in str(stored) + mail.text


def test_the_same_decision_again_is_the_same_answer_and_no_further_act(
    mod: Person, bob: Person, case: Json, event_log: EventLog
) -> None:
    answers = [decide(mod, case, "warn", reason="spam") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[0].json() == answers[2].json()
    assert len(answers[2].json()["acts"]) == 1
    eventually(lambda: event_log.of(bob.user_id, "WARNING_NOTIFICATION"), what="the notification's event")
    assert len({event["eventId"] for event in event_log.of(bob.user_id, "USER_WARNED")}) == 1


@pytest.mark.parametrize(
    ("act", "reason"), [("dismiss", None), ("warn", "illegal"), ("suspend", "spam"), ("reinstate", None)]
)
def test_another_decision_is_told_what_was_decided(mod: Person, case: Json, act: str, reason: str | None) -> None:
    assert decide(mod, case, "warn", reason="spam").status_code == 200
    answer = decide(mod, case, act, **({"reason": reason} if reason else {}))
    assert (answer.status_code, answer.json()["error"]) == (409, "This case is warned already.")


def test_of_two_moderators_at_once_one_decides_and_the_other_is_told(
    mod: Person, other_mod: Person, bob: Person, case: Json, event_log: EventLog
) -> None:
    with ThreadPoolExecutor(2) as threads:
        dismissing = threads.submit(decide, mod, case, "dismiss")
        suspending = threads.submit(decide, other_mod, case, "suspend", reason="spam")
        answers = [dismissing.result(), suspending.result()]
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    [lost] = [answer for answer in answers if answer.status_code == 409]
    assert lost.json()["error"] in {"This case is dismissed already.", "This case is suspended already."}
    assert (answers[1].status_code == 200) is (bob.get("/api/profile").status_code == 401)
    both = ("REPORT_DISMISSED", "USER_SUSPENDED")
    eventually(lambda: [e for kind in both for e in event_log.of(bob.user_id, kind)], what="the event")
    assert len({event["eventId"] for kind in both for event in event_log.of(bob.user_id, kind)}) == 1


def test_a_moderator_who_repeats_anothers_decision_is_told_that_it_was_made(
    mod: Person, other_mod: Person, case: Json
) -> None:
    assert decide(mod, case, "dismiss").status_code == 200
    assert decide(other_mod, case, "dismiss").status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"act": "warn"}, "reason"),
        ({"act": "suspend"}, "reason"),
        ({"act": "dismiss", "reason": "spam"}, "reason"),
        ({"act": "delete"}, "act"),
        ({"act": "warn", "reason": "spam", "note": ""}, "note"),
        ({}, "act"),
    ],
)
def test_a_wrong_decision_is_refused_with_the_field(mod: Person, case: Json, body: Json, field: str) -> None:
    answer = mod.post(f"/api/moderation/cases/{case['caseId']}/acts", body)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_a_user_cannot_decide(ada: Person, bob: Person, case: Json) -> None:
    assert [decide(person, case, "dismiss").status_code for person in (ada, bob)] == [403, 403]


def test_whose_role_was_taken_decides_nothing_with_the_old_session(
    mod: Person, other_mod: Person, case: Json, environment: dict[str, str]
) -> None:
    take_role(environment, mod)
    assert decide(mod, case, "dismiss").status_code == 403
    assert mod.get("/api/moderation/cases").status_code == 403
    assert is_open(other_mod, case)


def test_a_moderator_who_has_left_decides_nothing_with_the_old_session(
    mod: Person, other_mod: Person, case: Json
) -> None:
    left = mod.http.request("DELETE", "/api/profile", json={"currentPassword": PASSWORD}, headers=mod.authorization)
    assert left.status_code == 204
    assert decide(mod, case, "dismiss").status_code == 401
    assert is_open(other_mod, case)


def test_a_moderator_who_is_suspended_after_the_role_was_taken_decides_nothing(
    mod: Person, other_mod: Person, ada: Person, case: Json, environment: dict[str, str]
) -> None:
    take_role(environment, mod)
    suspend(other_mod, ada, mod)
    assert decide(mod, case, "dismiss").status_code == 401
    assert is_open(other_mod, case)


def test_nobody_decides_what_they_have_reported_themselves(
    mod: Person, bob: Person, make_person: MakePerson, environment: dict[str, str]
) -> None:
    other_mod = make_person("Grace")
    give_role(environment, other_mod)
    assert report(mod, bob).status_code == 204
    case = case_about(mod, bob)
    for act, more in (("dismiss", {}), ("warn", {"reason": "spam"}), ("suspend", {"reason": "spam"})):
        refused = decide(mod, case, act, **more)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert bob.get("/api/profile").status_code == 200
    assert decide(other_mod, case, "dismiss").status_code == 200


@pytest.mark.parametrize("command", ["admins", "moderators"])
@pytest.mark.parametrize("act", ["warn", "suspend"])
def test_nobody_with_a_role_is_warned_or_suspended(
    mod: Person, bob: Person, case: Json, environment: dict[str, str], command: str, act: str
) -> None:
    give_role(environment, bob, command)
    answer = decide(mod, case, act, reason="spam")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert bob.get("/api/profile").status_code == 200
    assert decide(mod, case, "dismiss").status_code == 200


def test_a_moderator_cannot_suspend_themselves(mod: Person, other_mod: Person, ada: Person) -> None:
    assert report(ada, mod).status_code == 204
    case = case_about(other_mod, mod)
    assert decide(mod, case, "suspend", reason="spam").status_code == 404
    assert mod.get("/api/profile").status_code == 200


@pytest.mark.parametrize("act", ["warn", "suspend"])
def test_who_has_left_can_only_be_dismissed(mod: Person, bob: Person, case: Json, act: str) -> None:
    bob.http.request("DELETE", "/api/profile", json={"currentPassword": PASSWORD}, headers=bob.authorization)
    answer = decide(mod, case, act, reason="spam")
    assert (answer.status_code, answer.json()["error"]) == (409, "This user has left: dismiss the case.")
    assert decide(mod, case, "dismiss").status_code == 200


def is_open(moderator: Person, case: Json) -> bool:
    status: str = moderator.get(f"/api/moderation/cases/{case['caseId']}").json()["status"]
    return status == "open"
