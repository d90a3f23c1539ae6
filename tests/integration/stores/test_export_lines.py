"""What of a user is exported, and what of it is others' alone."""

import pytest

from chalicelib.models.requests import Leave
from chalicelib.services.accounts import NewSession
from chalicelib.stores import export_lines
from chalicelib.stores.export_lines import Record
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.users import PASSWORD


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


def test_pages_are_of_a_bounded_size_and_miss_no_message(
    wiring: Wiring, ada: NewSession, bob: NewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_lines, "PAGE", 2)
    wiring.message_commits.commit(ada.user.userId, bob.user.userId, [Draft(f"message {n}") for n in range(5)])
    pages = [page for page in wiring.export_lines.pages(ada.user.userId) if page and page[0]["kind"] == "message"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [record["seq"] for page in pages for record in page] == [1, 2, 3, 4, 5]


def test_nothing_is_exported_of_a_user_who_has_left(wiring: Wiring, ada: NewSession) -> None:
    wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    assert list(wiring.export_lines.pages(ada.user.userId)) == []
