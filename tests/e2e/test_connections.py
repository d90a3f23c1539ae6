"""Connections over REST."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from tests.e2e.clients import Person
from tests.e2e.people import MakePerson
from tests.e2e.steps import answer, request
from tests.support.event_log import EventLog
from tests.support.waiting import eventually

NO_PROFILE: dict[str, object] = {"about": None, "skills": [], "photoUrl": None, "age": None, "gender": None}


def test_a_request_is_listed_and_its_acceptance_connects_both_users(ada: Person, bob: Person) -> None:
    made = ada.post(f"/api/connections/{bob.user_id}", {"status": "interested"})
    assert made.status_code == 201
    assert made.json() == {"userId": bob.user_id, "status": "interested"}
    waiting = bob.get("/api/connections/requests").json()
    assert waiting == {
        "requests": [{"userId": ada.user_id, "firstName": "Ada", "lastName": "Lovelace", **NO_PROFILE}],
        "hasMore": False,
    }
    assert ada.get("/api/connections/requests").json()["requests"] == []

    accepted = bob.post(f"/api/connections/requests/{ada.user_id}", {"status": "accepted"})
    assert accepted.status_code == 200
    assert accepted.json() == {"userId": ada.user_id, "status": "accepted"}
    for person, other in ((ada, bob), (bob, ada)):
        [connected] = person.get("/api/connections").json()["connections"]
        assert connected["userId"] == other.user_id
    assert bob.get("/api/connections/requests").json()["requests"] == []


def test_a_repeated_request_or_answer_publishes_no_second_event(ada: Person, bob: Person, event_log: EventLog) -> None:
    assert [request(ada, bob) for _ in range(3)] == [201, 200, 200]
    assert [answer(bob, ada, "accepted") for _ in range(2)] == [200, 200]
    accepted = eventually(lambda: event_log.of(bob.user_id, "CONNECTION_ACCEPTED"), what="CONNECTION_ACCEPTED")
    requested = eventually(lambda: event_log.of(ada.user_id, "CONNECTION_REQUEST"), what="CONNECTION_REQUEST")
    assert [event["data"] for event in requested] == [{"toUserId": bob.user_id}]
    assert [event["data"] for event in accepted] == [{"toUserId": ada.user_id}]


def test_a_rejection_is_an_event_and_ignoring_is_not(
    ada: Person, bob: Person, make_person: MakePerson, event_log: EventLog
) -> None:
    carol = make_person("Carol")
    assert request(ada, carol, "ignored") == 201
    request(ada, bob)
    assert answer(bob, ada, "rejected") == 200
    [rejected] = eventually(lambda: event_log.of(bob.user_id, "CONNECTION_REJECTED"), what="CONNECTION_REJECTED")
    assert rejected["data"] == {"toUserId": ada.user_id}
    assert [event["data"]["toUserId"] for event in event_log.of(ada.user_id, "CONNECTION_REQUEST")] == [bob.user_id]
    assert carol.get("/api/connections/requests").json()["requests"] == []


def test_a_user_who_was_rejected_is_not_told_so(ada: Person, bob: Person) -> None:
    request(ada, bob)
    answer(bob, ada, "rejected")
    assert request(ada, bob) == 200, "as before the answer"


def test_a_user_who_is_ignored_gets_the_answers_of_a_stranger(
    ada: Person, bob: Person, make_person: MakePerson
) -> None:
    stranger = make_person("Carol")
    assert request(bob, ada, "ignored") == 201

    def answers(other: Person) -> list[object]:
        in_feed = other.user_id in {user["userId"] for user in ada.get("/api/feed", limit=100).json()["users"]}
        return [
            in_feed,
            ada.get("/api/connections", before=other.user_id).json(),
            ada.get("/api/connections/requests", before=other.user_id).json(),
            answer(ada, other, "accepted"),
            request(ada, other),
            request(ada, other),
            request(ada, other, "ignored"),
            ada.get("/api/connections", before=other.user_id).json(),
            ada.get(f"/api/messages/{other.user_id}").json(),
        ]

    assert answers(bob) == answers(stranger)
    assert bob.get("/api/connections/requests").json()["requests"] == [], "and the one who ignores them hears nothing"


def test_two_who_are_interested_in_each_other_are_connected_and_told(
    ada: Person, bob: Person, event_log: EventLog
) -> None:
    assert request(ada, bob) == 201
    agreed = bob.post(f"/api/connections/{ada.user_id}", {"status": "interested"})
    assert (agreed.status_code, agreed.json()) == (200, {"userId": ada.user_id, "status": "accepted"})
    for one, other in ((ada, bob), (bob, ada)):
        [connected] = one.get("/api/connections").json()["connections"]
        assert connected["userId"] == other.user_id
    assert eventually(lambda: event_log.of(bob.user_id, "CONNECTION_ACCEPTED"), what="CONNECTION_ACCEPTED")
    for person, kind in ((ada, "CONNECTION_ACCEPTED_NOTIFICATION"), (bob, "CONNECTION_REQUEST_NOTIFICATION")):
        eventually(
            lambda person=person, kind=kind: (
                kind  # type: ignore[misc] # mypy infers no types for defaults
                in {one["type"] for one in person.get("/api/notifications").json()["notifications"]}
            ),
            what=kind,
        )


def test_a_connection_to_oneself_an_unknown_user_or_a_blocker_is_refused(
    ada: Person, bob: Person, mongodb: Database[dict[str, Any]]
) -> None:
    assert request(ada, ada) == 400
    assert answer(ada, ada, "accepted") == 400
    assert ada.post(f"/api/connections/{'f' * 24}", {"status": "interested"}).status_code == 404
    assert ada.post("/api/connections/nobody", {"status": "interested"}).status_code == 404
    assert answer(ada, bob, "accepted") == 404
    mongodb.users.update_one({"_id": ObjectId(bob.user_id)}, {"$set": {"blocked": [ada.user_id]}})
    bob.patch("/api/profile", {"about": "x"})  # deletes the cached copy as well
    assert request(ada, bob) == 403


@pytest.mark.parametrize("body", [{}, {"status": "accepted"}, {"status": "friends"}, {"status": "ignored", "x": 1}])
def test_a_connection_begins_only_with_interested_or_ignored(ada: Person, bob: Person, body: object) -> None:
    answered = ada.post(f"/api/connections/{bob.user_id}", body)
    assert answered.status_code == 400
    assert list(answered.json()["fields"]) == ["x" if len(body) == 2 else "status"]  # type: ignore[arg-type] # a dict


def test_each_page_begins_where_the_previous_one_ended(ada: Person, make_person: MakePerson) -> None:
    others = [make_person(f"P{number}") for number in range(5)]
    for other in others:
        request(other, ada)
    newest_first = [other.user_id for other in reversed(others)]

    first = ada.get("/api/connections/requests", limit=2).json()
    assert [person["userId"] for person in first["requests"]] == newest_first[:2]
    assert first["hasMore"] is True
    answer(ada, others[3], "accepted")  # the last request of the first page is a request no longer
    second = ada.get("/api/connections/requests", limit=2, before=newest_first[1]).json()
    assert [person["userId"] for person in second["requests"]] == newest_first[2:4]
    last = ada.get("/api/connections/requests", limit=2, before=newest_first[3]).json()
    assert [person["userId"] for person in last["requests"]] == newest_first[4:]
    assert last["hasMore"] is False


def test_a_page_begins_only_after_a_user_of_the_list(ada: Person, bob: Person) -> None:
    refused = ada.get("/api/connections", before=bob.user_id)
    assert refused.status_code == 400
    assert list(refused.json()["fields"]) == ["before"]
