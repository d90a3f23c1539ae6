"""What of a user is exported, and what of it is others' alone."""

import pytest

from chalicelib.models.moderation import Report
from chalicelib.models.requests import Leave, PushKeys, PushSubscription
from chalicelib.services.accounts import NewSession
from chalicelib.stores import export_lines
from chalicelib.stores.export_lines import Record
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.users import PASSWORD, sign_up


def lines(wiring: Wiring, user: NewSession, kind: str) -> list[Record]:
    pages = wiring.export_lines.pages(user.user.userId)
    return [record for page in pages for record in page if record["kind"] == kind]


def connections(wiring: Wiring, user: NewSession) -> list[tuple[object, object]]:
    return [(record["status"], record["asked"]) for record in lines(wiring, user, "connection")]


def test_who_was_rejected_is_not_told(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    wiring.connections.request(ada.credentials, bob.user.userId, "interested")
    assert connections(wiring, ada) == [("interested", True)]
    wiring.connections.answer(bob.credentials, ada.user.userId, "rejected")
    assert connections(wiring, ada) == [("interested", True)]
    assert connections(wiring, bob) == [("rejected", False)]


def test_who_is_ignored_is_not_told(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    wiring.connections.request(ada.credentials, bob.user.userId, "ignored")
    assert connections(wiring, ada) == [("ignored", True)]
    assert connections(wiring, bob) == []
    wiring.connections.request(bob.credentials, ada.user.userId, "interested")
    assert connections(wiring, bob) == [("interested", True)]
    assert connections(wiring, ada) == [("ignored", True)]


def test_blocks_are_exported_to_the_blocker_alone(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    wiring.blocks.block(ada.credentials, bob.user.userId)
    assert [record["userId"] for record in lines(wiring, ada, "block")] == [bob.user.userId]
    assert lines(wiring, bob, "block") == []


def test_a_request_and_marks_are_exported_to_whose_they_are(wiring: Wiring, bob: NewSession) -> None:
    eve = sign_up(wiring, asked_first=True)
    wiring.messages.send(bob.credentials, to_user_id=eve.user.userId, draft=Draft("hi"))
    assert [record["request"] for record in lines(wiring, eve, "conversation")] == ["waiting"]
    wiring.message_requests.answer(eve.credentials, bob.user.userId, "ignored")
    wiring.conversation_marks.change(bob.user.userId, eve.user.userId, muted=True, archived=None)
    marks = ("request", "muted", "archived")
    assert [[record[mark] for mark in marks] for record in lines(wiring, eve, "conversation")] == [
        ["ignored", False, False]
    ]
    assert [[record[mark] for mark in marks] for record in lines(wiring, bob, "conversation")] == [[None, True, False]]


def test_messages_are_exported_as_they_are_now(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    wiring.message_commits.commit(ada.user.userId, bob.user.userId, [Draft("one"), Draft("two", reply_to=1)])
    wiring.changes_of_messages.edit(ada.credentials, bob.user.userId, 1, "first")
    wiring.changes_of_messages.react(bob.credentials, ada.user.userId, 2, "👍")
    one, two = lines(wiring, bob, "message")
    assert (one["message"], one["change"], "editedAt" in one) == ("first", 1, True)
    assert (two["message"], two["replyTo"], two["reactions"]) == ("two", 1, {bob.user.userId: "👍"})


def test_preferences_are_exported_whole(wiring: Wiring, ada: NewSession) -> None:
    wiring.user_store.change(ada.user.userId, {"notify.message.mail": False, "presenceFor": "nobody"})
    [preferences] = lines(wiring, ada, "preferences")
    assert preferences["message"] == {"inApp": True, "mail": False, "push": True}
    assert preferences["doNotDisturbUntil"] is None
    assert [record["presenceFor"] for record in lines(wiring, ada, "profile")] == ["nobody"]


def test_a_browser_is_exported_without_what_lets_others_write_to_it(wiring: Wiring, ada: NewSession) -> None:
    keys = PushKeys(p256dh="p" * 87, auth="a" * 22)
    subscription = PushSubscription(endpoint="https://push.example.com/secret", keys=keys)
    wiring.push_subscription_store.add(ada.user.userId, "session", 0, subscription)
    [record] = lines(wiring, ada, "push-subscription")
    assert {name: record[name] for name in record if name != "createdAt"} == {
        "kind": "push-subscription",
        "service": "push.example.com",
        "sessionId": "session",
    }


def test_reports_are_exported_to_whoever_made_them(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    wiring.reports.report(ada.credentials, Report(userId=bob.user.userId, reason="spam", note="adverts"))
    [report] = lines(wiring, ada, "report")
    assert (report["userId"], report["reason"], report["note"]) == (bob.user.userId, "spam", "adverts")
    assert lines(wiring, bob, "report") == []


def test_pages_are_of_a_bounded_size_and_miss_no_message(
    wiring: Wiring, ada: NewSession, bob: NewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_lines, "PAGE", 2)
    wiring.message_commits.commit(ada.user.userId, bob.user.userId, [Draft(f"message {n}") for n in range(5)])
    pages = list(wiring.export_lines.pages(ada.user.userId))
    assert {len(page) for page in pages[:-1]} <= {2, 3}
    assert len(pages[-1]) <= 3
    messages = [record for page in pages for record in page if record["kind"] == "message"]
    assert [record["seq"] for record in messages] == [1, 2, 3, 4, 5]


def test_nothing_is_exported_of_a_user_who_has_left(wiring: Wiring, ada: NewSession) -> None:
    wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    assert list(wiring.export_lines.pages(ada.user.userId)) == []
