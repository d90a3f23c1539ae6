"""A user exports everything of theirs: asked for, announced, downloaded by a link, and gone with the account."""

import json
from collections import Counter

import httpx

from tests.e2e.clients import PASSWORD, Json, Person
from tests.e2e.people import MakePerson
from tests.support.waiting import eventually


def connect(one: Person, other: Person) -> None:
    assert one.post(f"/api/connections/{other.user_id}", {"status": "interested"}).status_code == 201
    answer = other.post(f"/api/connections/requests/{one.user_id}", {"status": "accepted"})
    assert answer.status_code == 200


def exported(person: Person) -> Json:
    """Asks for an export, and returns its state once the file is there."""
    asked = person.post("/api/export")
    assert asked.status_code == 202, asked.text
    return eventually(lambda: ready(person), what="an export")


def ready(person: Person) -> Json:
    """The state of an export that is ready; nothing before, nor where it was asked for too often."""
    state: Json = person.get("/api/export").json()
    return state if state.get("state") == "ready" else {}


def download(url: str) -> list[Json]:
    """What anybody who has the link can read."""
    answer = httpx.get(url)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == 'attachment; filename="devconnect-export.jsonl"'
    return [json.loads(line) for line in answer.text.splitlines()]


def test_an_export_has_everything_of_a_user_and_no_secret(ada: Person, bob: Person, make_person: MakePerson) -> None:
    carol = make_person("Carol")
    connect(bob, ada)
    ada.patch("/api/profile", {"about": "I write engines."})
    ada.post(f"/api/blocks/{carol.user_id}")
    for sender, receiver in ((ada, bob), (bob, ada)):
        assert sender.post("/api/messages", {"toUserId": receiver.user_id, "message": "hi"}).status_code == 201
    state = exported(ada)
    lines = download(state["url"])
    assert state["bytes"] == sum(len(json.dumps(line, separators=(",", ":"), ensure_ascii=False)) + 1 for line in lines)
    of_kind = {kind: [line for line in lines if line["kind"] == kind] for kind in {line["kind"] for line in lines}}
    [profile] = of_kind["profile"]
    assert (profile["emailId"], profile["about"]) == (ada.email_id, "I write engines.")
    assert [line["userId"] for line in of_kind["block"]] == [carol.user_id]
    [connection] = of_kind["connection"]
    assert (connection["userId"], connection["status"], connection["asked"]) == (bob.user_id, "accepted", False)
    assert [line["userId"] for line in of_kind["conversation"]] == [bob.user_id]
    assert [(line["seq"], line["fromUserId"]) for line in of_kind["message"]] == [(1, ada.user_id), (2, bob.user_id)]
    assert ada.session_id in {line["sessionId"] for line in of_kind["session"]}
    text = json.dumps(lines)
    assert all(secret not in text for secret in (ada.token, PASSWORD, "passwordHash", "hash", "pendingEvents"))


def test_an_export_is_announced_by_a_notification(ada: Person) -> None:
    with ada.device() as device:
        exported(ada)
        frame = device.expect("notification", type="EXPORT_NOTIFICATION")
    assert (frame["fromUserId"], frame["text"]) == (ada.user_id, "The export of your data is ready.")
    listed = eventually(lambda: ada.get("/api/notifications").json()["notifications"], what="the notification")
    assert [each["notificationId"] for each in listed] == [frame["notificationId"]]


def test_a_repeat_within_a_day_changes_nothing(ada: Person) -> None:
    assert ada.get("/api/export").json()["state"] == "none"
    first = exported(ada)
    again = ada.post("/api/export").json()
    assert (again["state"], again["requestedAt"]) == ("ready", first["requestedAt"])
    assert Counter(line["kind"] for line in download(again["url"]))["profile"] == 1


def test_an_account_that_leaves_takes_its_export_along(ada: Person) -> None:
    url = exported(ada)["url"]
    answer = ada.http.request("DELETE", "/api/profile", json={"currentPassword": PASSWORD}, headers=ada.authorization)
    assert answer.status_code == 204
    eventually(lambda: httpx.get(url).status_code in {403, 404}, what="the end of the file")
