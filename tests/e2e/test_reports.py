"""Users report others, and messages that these have sent them; what was reported is kept as it was."""

from collections.abc import Callable

import pytest

from tests.e2e.clients import Json, Person
from tests.e2e.moderators import case_about, decide, give_role, queue, report, take_role
from tests.e2e.people import MakePerson
from tests.support.event_log import EventLog
from tests.support.waiting import eventually


def say(sender: Person, receiver: Person, text: str) -> int:
    answer = sender.post("/api/messages", {"toUserId": receiver.user_id, "message": text})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["seq"])


def test_a_reported_message_is_in_the_queue_with_its_text_and_its_author(mod: Person, ada: Person, bob: Person) -> None:
    seq = say(bob, ada, "buy this")
    assert report(ada, bob, "spam", seq=seq, note="He writes this to everybody.").content == b""
    case = case_about(mod, bob)
    assert (case["status"], case["reports"]) == ("open", 1)
    assert (case["message"]["seq"], case["message"]["message"]) == (seq, "buy this")
    assert case["profile"]["firstName"] == "Bob"
    details = mod.get(f"/api/moderation/cases/{case['caseId']}").json()
    [told] = details["firstReports"]
    assert (told["userId"], told["reason"], told["note"]) == (ada.user_id, "spam", "He writes this to everybody.")
    assert details["acts"] == []


def test_a_reported_profile_is_kept_as_it_was(mod: Person, ada: Person, bob: Person) -> None:
    bob.patch("/api/profile", {"about": "I insult people."})
    assert report(ada, bob, "harassment").status_code == 204
    bob.patch("/api/profile", {"about": "I am nice."})
    case = case_about(mod, bob)
    assert (case["message"], case["profile"]["about"]) == (None, "I insult people.")


def test_reports_of_one_thing_are_one_entry_with_a_count(mod: Person, bob: Person, make_person: MakePerson) -> None:
    reporters = [make_person(name) for name in ("Ada", "Carol", "Dave")]
    for reporter in reporters:
        assert report(reporter, bob).status_code == 204
    assert case_about(mod, bob)["reports"] == 3


def test_a_thing_that_one_user_reports_again_and_again_stays_one_report_until_the_limit_refuses_it(
    mod: Person, ada: Person, bob: Person, event_log: EventLog
) -> None:
    statuses = [report(ada, bob, note=f"again, {number}").status_code for number in range(60)]
    assert (set(statuses[:50]), set(statuses[50:])) == ({204}, {429})
    assert case_about(mod, bob)["reports"] == 1
    made = eventually(lambda: event_log.of(ada.user_id, "REPORT_MADE"), what="the event")
    assert len({event["eventId"] for event in made}) == 1
    assert made[0]["data"]["aboutUserId"] == bob.user_id


def test_a_message_of_a_conversation_of_others_cannot_be_reported(
    ada: Person, bob: Person, make_person: MakePerson
) -> None:
    """A message is named by its place in the reporter's own conversation: those of others have no name here."""
    carol = make_person("Carol")
    seq = say(bob, ada, "between us")
    answer = report(carol, bob, seq=seq)
    assert (answer.status_code, answer.json()["error"]) == (404, "This user has sent you no such message.")


def test_neither_ones_own_message_nor_one_that_was_never_sent_can_be_reported(ada: Person, bob: Person) -> None:
    seq = say(ada, bob, "my own")
    assert [report(ada, bob, seq=number).status_code for number in (seq, seq + 1, 2**53 - 1)] == [404, 404, 404]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (lambda ada, _: {"userId": ada.user_id, "reason": "spam"}, "userId"),
        (lambda _, bob: {"userId": bob.user_id}, "reason"),
        (lambda _, bob: {"userId": bob.user_id, "reason": "boring"}, "reason"),
        (lambda _, bob: {"userId": bob.user_id, "reason": "spam", "seq": 0}, "seq"),
        (lambda _, bob: {"userId": bob.user_id, "reason": "spam", "note": "x" * 501}, "note"),
        (lambda _, bob: {"userId": bob.user_id, "reason": "spam", "messageId": "1"}, "messageId"),
    ],
)
def test_a_wrong_report_is_refused_with_the_field(
    ada: Person, bob: Person, body: Callable[[Person, Person], Json], field: str
) -> None:
    answer = ada.post("/api/reports", body(ada, bob))
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_a_user_who_does_not_exist_cannot_be_reported(ada: Person) -> None:
    answer = ada.post("/api/reports", {"userId": "0" * 24, "reason": "spam"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_what_is_reported_again_after_a_decision_is_a_case_of_its_own(mod: Person, ada: Person, bob: Person) -> None:
    report(ada, bob)
    first = case_about(mod, bob)
    assert decide(mod, first, "dismiss").status_code == 200
    assert report(ada, bob).status_code == 204
    assert case_about(mod, bob)["caseId"] != first["caseId"]


def test_only_moderators_see_the_queue_and_nobody_sees_a_case_about_themselves(
    mod: Person, ada: Person, bob: Person, environment: dict[str, str]
) -> None:
    report(ada, bob)
    case = case_about(mod, bob)
    for path in ("/api/moderation/cases", f"/api/moderation/cases/{case['caseId']}"):
        assert ada.get(path).status_code == 403
    give_role(environment, bob)
    assert bob.user_id not in {each["userId"] for each in queue(bob)}
    assert bob.get(f"/api/moderation/cases/{case['caseId']}").status_code == 404
    assert decide(bob, case, "dismiss").status_code == 404
    take_role(environment, bob)


def test_the_queue_has_pages_the_oldest_first(mod: Person, ada: Person, make_person: MakePerson) -> None:
    reported = [make_person(f"Reported{number}") for number in range(3)]
    for person in reported:
        report(ada, person)
    wanted = {person.user_id for person in reported}
    assert [case["userId"] for case in queue(mod) if case["userId"] in wanted] == [each.user_id for each in reported]
    page = mod.get("/api/moderation/cases", limit=1).json()
    assert (len(page["cases"]), page["hasMore"]) == (1, True)
    assert queue(mod)[0]["caseId"] == page["cases"][0]["caseId"]


@pytest.mark.parametrize("case_id", ["0" * 24, "no-case"])
def test_an_unknown_case_is_not_found(mod: Person, case_id: str) -> None:
    answers = [mod.get(f"/api/moderation/cases/{case_id}"), decide(mod, {"caseId": case_id}, "dismiss")]
    assert [answer.status_code for answer in answers] == [404, 404]
