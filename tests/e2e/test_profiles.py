"""The user's own profile and the profiles of other users."""

from tests.e2e.clients import Person
from tests.support.event_log import EventLog
from tests.support.waiting import eventually


def test_a_changed_profile_is_seen_at_once_by_every_user(ada: Person, bob: Person) -> None:
    bob.get(f"/api/users/{ada.user_id}")  # fills the cache
    change = {"about": "$set: {x: 1}", "skills": ["python", "c"], "age": 36, "photoUrl": "https://example.org/a.png"}
    answer = ada.patch("/api/profile", change)
    assert answer.status_code == 200
    assert change.items() <= answer.json().items()
    assert ada.get("/api/profile").json() == answer.json()
    seen = bob.get(f"/api/users/{ada.user_id}").json()
    assert change.items() <= seen.items()
    assert "emailId" not in seen


def test_null_empties_a_field_and_an_empty_body_changes_nothing(ada: Person) -> None:
    ada.patch("/api/profile", {"about": "mathematician"})
    assert ada.patch("/api/profile", {}).json()["about"] == "mathematician"
    assert ada.patch("/api/profile", {"about": None}).json()["about"] is None


def test_a_wrong_field_is_named_and_the_profile_stays_as_it_was(ada: Person) -> None:
    before = ada.get("/api/profile").json()
    for body, name in (
        ({"age": 5, "about": "x"}, "age"),
        ({"emailId": "other@example.org"}, "emailId"),
        ({"passwordHash": "x"}, "passwordHash"),
        ({"skills": ["a", 5]}, "skills[1]"),
        ({"photoUrl": "javascript:alert(1)"}, "photoUrl"),
        ({"firstName": None}, "firstName"),
        ([], "body"),
    ):
        answer = ada.patch("/api/profile", body)
        assert answer.status_code == 400, body
        assert answer.json()["code"] == "bad_request"
        assert list(answer.json()["fields"]) == [name]
    assert ada.get("/api/profile").json() == before


def test_an_unknown_user_is_not_found(ada: Person) -> None:
    for user_id in ("0" * 24, "x", "..", "%00"):
        answer = ada.get(f"/api/users/{user_id}")
        assert answer.status_code == 404, user_id
        assert answer.json()["code"] == "not_found"


def test_a_view_of_another_users_profile_is_an_event(ada: Person, bob: Person, event_log: EventLog) -> None:
    ada.get(f"/api/users/{ada.user_id}")
    ada.get("/api/profile")
    ada.get(f"/api/users/{'f' * 24}")
    for _ in range(2):
        assert ada.get(f"/api/users/{bob.user_id}").status_code == 200
    viewed = eventually(
        lambda: events if len(events := event_log.of(ada.user_id, "PROFILE_VIEW")) >= 2 else [], what="PROFILE_VIEW"
    )
    assert [event["data"] for event in viewed] == [{"viewedUserId": bob.user_id}] * 2
    assert event_log.topic_of(viewed[0]["eventId"]) == "analytics-events"
    assert event_log.of(bob.user_id, "PROFILE_VIEW") == []
