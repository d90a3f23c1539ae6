"""Every event that this run has published to Kafka conforms to asyncapi.json, without unknown fields."""

import pytest

from chalicelib.models.event_types import EVENT_TYPES
from tests.e2e.clients import PASSWORD, Person
from tests.e2e.mailed_links import confirm, mailed_token
from tests.e2e.moderators import case_about, decide, report, suspend
from tests.e2e.people import MakePerson
from tests.support.addresses import email
from tests.support.event_log import EventLog
from tests.support.scheduling import SHARED
from tests.support.system import System
from tests.support.waiting import eventually
from tests.tooling.documents.asyncapi_schemas import faults


def occurs(event_log: EventLog, person: Person, event_type: str) -> None:
    eventually(lambda: event_log.of(person.user_id, event_type), what=event_type)


@pytest.fixture
def people(
    ada: Person, bob: Person, mod: Person, make_person: MakePerson, event_log: EventLog, system: System
) -> list[Person]:
    """Users who have caused an event of each type, once all those events are in Kafka."""
    again = ada.log_in_again()
    ada.patch("/api/profile", {"about": "x"})
    ada.patch("/api/profile", {"presenceFor": "everyone"})
    ada.post("/api/messages", {"toUserId": bob.user_id, "message": "hi"})
    ada.patch(f"/api/messages/{bob.user_id}/1", {"message": "Hello"})
    ada.post(f"/api/messages/{bob.user_id}/1/reaction", {"reaction": "👍"})
    ada.delete(f"/api/messages/{bob.user_id}/1")
    occurs(event_log, bob, "MESSAGE_NOTIFICATION")  # while Bob is offline
    occurs(event_log, ada, "MESSAGE_ANALYTICS")
    with bob.device() as device:
        device.send("message:read", userId=ada.user_id, seq=1)
        occurs(event_log, bob, "MESSAGE_READ")
    occurs(event_log, bob, "USER_OFFLINE")
    ada.post(f"/api/connections/{bob.user_id}", {"status": "interested"})
    bob.post(f"/api/connections/requests/{ada.user_id}", {"status": "accepted"})
    occurs(event_log, bob, "CONNECTION_REQUEST_NOTIFICATION")
    occurs(event_log, ada, "CONNECTION_ACCEPTED_NOTIFICATION")
    ada.get(f"/api/users/{bob.user_id}")
    again.post("/api/logout")
    ada.http.post(
        "/api/signup", json={"firstName": "A", "lastName": "L", "emailId": ada.email_id, "password": PASSWORD}
    )
    new = email()
    ada.patch("/api/profile/email", {"emailId": new, "currentPassword": PASSWORD})
    confirm(system, mailed_token(system, new, "change"))
    dora, eve = make_person("Dora"), make_person("Eve")
    dora.post("/api/export")
    occurs(event_log, dora, "EXPORT_NOTIFICATION")
    dora.patch("/api/profile", {"messagesFrom": "requests"})
    bob.post("/api/messages", {"toUserId": dora.user_id, "message": "hi"})
    occurs(event_log, dora, "MESSAGE_REQUEST_NOTIFICATION")
    dora.post(f"/api/connections/{eve.user_id}", {"status": "interested"})
    eve.post(f"/api/connections/requests/{dora.user_id}", {"status": "rejected"})
    for act, reason in (("dismiss", {}), ("warn", {"reason": "spam"})):
        assert report(dora, eve).status_code == 204
        assert decide(mod, case_about(mod, eve), act, **reason).status_code == 200
    decide(mod, suspend(mod, dora, eve), "reinstate")
    occurs(event_log, eve, "WARNING_NOTIFICATION")
    return [ada, bob, dora, eve]


@pytest.mark.comes_last
@pytest.mark.parametrize("shared_system", SHARED)
def test_every_event_of_this_run_is_as_documented(
    people: list[Person],
    event_log: EventLog,
    shared_system: str,  # noqa: ARG001 - the group of tests that it comes after
) -> None:
    events = event_log.everything()
    wrong = {
        f"{event['eventType']} {event['data']}: {fault}"
        for topic, event in events
        for fault in (
            *faults(event["eventType"], event),
            *([] if EVENT_TYPES[event["eventType"]].topic == topic else [topic]),
        )
    }
    assert wrong == set()
    theirs = {person.user_id for person in people}
    occurred = {event["eventType"] for _topic, event in events if event["userId"] in theirs}
    assert set(EVENT_TYPES) - occurred == set(), "a type of event has never occurred"
