"""What a user wants to be told: preferences, mails about connections, and the link that ends mails of a kind."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from tests.e2e.clients import Person, http_client
from tests.e2e.mails import Mail, mails_to
from tests.e2e.steps import answer, request
from tests.support.system import System
from tests.support.waiting import eventually

EVERYTHING = {"inApp": True, "mail": True, "push": True}
ONE_CLICK = "List-Unsubscribe=One-Click"


def preferences(person: Person) -> dict[str, object]:
    found: dict[str, object] = person.get("/api/notifications/preferences").json()
    return found


def change(person: Person, body: dict[str, object]) -> httpx.Response:
    return person.http.patch("/api/notifications/preferences", json=body, headers=person.authorization)


def mail_about(system: System, person: Person, subject: str) -> Mail:
    [mail] = eventually(
        lambda: [mail for mail in mails_to(system, person.email_id) if mail.subject == subject], what=subject
    )
    return mail


def link_of(mail: Mail) -> str:
    """The last line of the text; the headers have the same link, which tests/integration shows."""
    return mail.text.rstrip().rpartition("\n")[2]


def reached(system: System, link: str) -> str:
    """Where a link leads on the system: that of a stage on a local AWS names a host which is AWS's own."""
    return system.environment["PUBLIC_URL"] + link.partition("/api")[2]


def token_of(mail: Mail) -> str:
    return urlsplit(link_of(mail)).query.removeprefix("token=")


def test_a_user_is_told_of_everything_and_changes_single_things(ada: Person) -> None:
    kinds = ("message", "connectionRequest", "connectionAccepted")
    assert preferences(ada) == {
        **dict.fromkeys(kinds, EVERYTHING),
        "messageRequest": {"inApp": True, "push": True},
        "doNotDisturbUntil": None,
    }
    changed = change(ada, {"message": {"mail": False}, "connectionRequest": {"push": False}}).json()
    assert changed["message"] == {**EVERYTHING, "mail": False}
    assert changed["connectionRequest"] == {**EVERYTHING, "push": False}
    assert changed["connectionAccepted"] == EVERYTHING
    assert preferences(ada) == changed
    assert change(ada, {}).json() == changed


def test_do_not_disturb_has_an_end_and_is_taken_back(ada: Person) -> None:
    until = (datetime.now(UTC) + timedelta(hours=8)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert change(ada, {"doNotDisturbUntil": until}).json()["doNotDisturbUntil"] == until
    assert change(ada, {"message": {"inApp": True}}).json()["doNotDisturbUntil"] == until
    assert change(ada, {"doNotDisturbUntil": None}).json()["doNotDisturbUntil"] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"message": {"sms": True}}, "message.sms"),
        ({"likes": {"mail": True}}, "likes"),
        ({"message": {"mail": "no"}}, "message.mail"),
        ({"doNotDisturbUntil": "tomorrow"}, "doNotDisturbUntil"),
        ({"doNotDisturbUntil": "2026-01-31T12:00:00"}, "doNotDisturbUntil"),
    ],
)
def test_a_wrong_preference_is_named(ada: Person, body: dict[str, object], field: str) -> None:
    refused = change(ada, body)
    assert (refused.status_code, list(refused.json()["fields"])) == (400, [field])


def test_one_click_ends_mails_of_one_kind_without_a_login(ada: Person, bob: Person, system: System) -> None:
    request(ada, bob)
    mail = mail_about(system, bob, "Ada Lovelace wants to connect")
    assert f'href="{link_of(mail)}"' in mail.html
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with http_client(system.rest_url) as provider:
        for _ in range(2):
            assert provider.post(reached(system, link_of(mail)), content=ONE_CLICK, headers=form).status_code == 200
    wanted = preferences(bob)
    assert wanted["connectionRequest"] == {**EVERYTHING, "mail": False}
    assert wanted["message"] == EVERYTHING


def test_the_other_form_of_one_click_is_taken_too(ada: Person, bob: Person, system: System) -> None:
    request(ada, bob)
    answer(bob, ada, "accepted")
    mail = mail_about(system, ada, "Bob Lovelace has accepted your request")
    with http_client(system.rest_url) as provider:
        answered = provider.post(reached(system, link_of(mail)), files={"List-Unsubscribe": (None, "One-Click")})
    assert answered.status_code == 200
    assert preferences(ada)["connectionAccepted"] == {**EVERYTHING, "mail": False}


def test_opening_the_link_changes_nothing_and_shows_one_button(ada: Person, bob: Person, system: System) -> None:
    request(ada, bob)
    link = reached(system, link_of(mail_about(system, bob, "Ada Lovelace wants to connect")))
    with http_client(system.rest_url) as browser:
        page = browser.get(link)
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "requests to connect" in page.text
    assert page.text.count("<button>") == 1
    assert preferences(bob)["connectionRequest"] == EVERYTHING


def test_a_forged_link_ends_nobodys_mails(ada: Person, bob: Person, system: System) -> None:
    request(ada, bob)
    token = token_of(mail_about(system, bob, "Ada Lovelace wants to connect"))
    mac = token.rpartition(".")[2]
    swapped = ("A" if mac[0] != "A" else "B") + mac[1:]
    forged = [
        f"{ada.user_id}.connectionRequest.{mac}",
        f"{bob.user_id}.message.{mac}",
        f"{bob.user_id}.connectionRequest.{swapped}",
    ]
    with http_client(system.rest_url) as stranger:
        for method in ("GET", "POST"):
            answers = [stranger.request(method, "/api/unsubscribe", params={"token": each}) for each in forged]
            assert [(each.status_code, each.json()["code"]) for each in answers] == [(410, "link_gone")] * 3
        assert stranger.post("/api/unsubscribe").status_code == 400
        assert stranger.post("/api/unsubscribe", params={"token": "x"}).status_code == 400
    for person in (ada, bob):
        wanted = preferences(person)
        assert wanted["connectionRequest"] == wanted["message"] == EVERYTHING


def test_a_link_of_somebody_who_has_left_is_answered_alike(ada: Person, bob: Person, system: System) -> None:
    request(ada, bob)
    link = reached(system, link_of(mail_about(system, bob, "Ada Lovelace wants to connect")))
    left = bob.http.request(
        "DELETE", "/api/profile", json={"currentPassword": "correct horse"}, headers=bob.authorization
    )
    assert left.status_code == 204
    with http_client(system.rest_url) as provider:
        assert provider.post(link).status_code == 200


def test_what_is_switched_off_is_neither_listed_nor_pushed(ada: Person, bob: Person) -> None:
    change(bob, {"connectionRequest": {"inApp": False}})
    with bob.device() as phone:
        request(ada, bob)
        answer(bob, ada, "accepted")
        # The consumer has read the request by then, which came first.
        eventually(lambda: ada.get("/api/notifications").json()["notifications"], what="the acceptance")
        assert "notification" not in phone.unread()
    assert bob.get("/api/notifications").json()["notifications"] == []
