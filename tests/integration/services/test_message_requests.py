"""Message requests where something is lost: a limit that is reached, Redis, or the process that connects two users."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.consumer.effects.accepted_requests import AcceptedRequests
from chalicelib.errors import Unanswered, Unavailable
from chalicelib.events.envelope import new_event
from chalicelib.models.requests import ConversationsQuery, MessageRequestsQuery
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.message_requests import MessageRequestStore
from chalicelib.stores.modifications import Edit
from chalicelib.wiring import Wiring
from tests.support.replacing import replaced
from tests.support.users import sign_up
from tests.support.wirings import MakeWiring


@pytest.fixture
def bob(wiring: Wiring) -> NewSession:
    """Somebody who is asked first, as everybody is who has signed up."""
    return sign_up(wiring, asked_first=True)


def write(wiring: Wiring, sender: NewSession, receiver: NewSession, text: str) -> int:
    sent = wiring.messages.send(sender.credentials, to_user_id=receiver.user.userId, draft=Draft(text, text))
    return sent.message.seq


def requests(wiring: Wiring, user: NewSession) -> list[str]:
    page = wiring.message_requests.page(user.credentials, MessageRequestsQuery())
    return [conversation.userId for conversation in page.conversations]


def conversations(wiring: Wiring, user: NewSession) -> list[str]:
    page = wiring.conversations.page(user.credentials, ConversationsQuery())
    return [conversation.userId for conversation in page.conversations]


def test_an_ignored_sender_is_refused_as_while_they_waited(
    make_wiring: MakeWiring, ada: NewSession, bob: NewSession
) -> None:
    wiring = make_wiring(RATE_LIMIT_UNANSWERED_MESSAGE="3/86400")
    carol = sign_up(wiring)
    for sender in (ada, carol):
        assert write(wiring, sender, bob, "one") == 1
    wiring.message_requests.answer(bob.credentials, ada.user.userId, "ignored")
    for sender in (ada, carol):
        assert [write(wiring, sender, bob, text) for text in ("two", "three")] == [2, 3]
        with pytest.raises(Unanswered, match="has not answered your messages yet"):
            write(wiring, sender, bob, "four")
        assert write(wiring, sender, bob, "two") == 2, "a repeat is acknowledged"
    assert write(wiring, bob, ada, "hello") == 4
    assert write(wiring, ada, bob, "five") == 5
    assert (requests(wiring, bob), conversations(wiring, bob)) == ([carol.user.userId], [ada.user.userId])


def test_without_redis_a_stranger_asks_as_well(without_redis: Wiring, ada: NewSession, bob: NewSession) -> None:
    assert [write(without_redis, ada, bob, text) for text in ("one", "two")] == [1, 2]
    assert (requests(without_redis, bob), conversations(without_redis, bob)) == ([ada.user.userId], [])
    without_redis.conversations.typing(ada.credentials, bob.user.userId)
    assert write(without_redis, bob, ada, "hello") == 3
    assert (requests(without_redis, bob), conversations(without_redis, bob)) == ([], [ada.user.userId])


def test_nobody_has_missed_what_waits(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    write(wiring, ada, bob, "one")

    def missed() -> list[tuple[str, int]]:
        before = wiring.clock() - timedelta(minutes=1)
        return [
            (found["otherId"], found["unread"]) for found in wiring.conversation_store.missed(bob.user.userId, before)
        ]

    assert missed() == []
    wiring.message_requests.answer(bob.credentials, ada.user.userId, "ignored")
    assert missed() == []
    wiring.message_requests.answer(bob.credentials, ada.user.userId, "accepted")
    assert missed() == [(ada.user.userId, 1)]


def test_the_effect_accepts_where_the_request_that_connects_has_died(
    wiring: Wiring, ada: NewSession, bob: NewSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(wiring, ada, bob, "one")
    wiring.connections.request(ada.credentials, bob.user.userId, "interested")
    with monkeypatch.context() as patch, suppress(Unavailable):
        patch.setattr(MessageRequestStore, "accept_between", _dies)
        wiring.connections.answer(bob.credentials, ada.user.userId, "accepted")
    assert requests(wiring, bob) == [ada.user.userId]
    event = new_event("CONNECTION_ACCEPTED", bob.user.userId, wiring.clock, toUserId=ada.user.userId)
    for _ in range(2):
        AcceptedRequests(wiring.message_request_store).apply([event])
    assert (requests(wiring, bob), conversations(wiring, bob)) == ([], [ada.user.userId])


def _dies(_store: MessageRequestStore, _pairs: object) -> None:
    raise Unavailable


def test_an_edit_that_meets_an_acceptance_is_read_again(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    """Else its push would be left out although the conversation is accepted."""
    write(wiring, ada, bob, "one")
    changes = wiring.message_changes
    write_change = changes._write
    accepted: list[bool] = []

    def write_late(*arguments: Any) -> object:  # Any: those of `_write`
        if not accepted:
            accepted.append(wiring.message_request_store.accept(bob.user.userId, ada.user.userId))
        return write_change(*arguments)

    with replaced(changes, "_write", write_late):
        changed = changes.change(ada.user.userId, bob.user.userId, 1, Edit("other"))
    assert (accepted, changed.message.message, changed.is_request) == ([True], "other", False)
