"""Messages are pushed to devices that connect while they are being stored, and sent when Redis has lost the script."""

from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from msgspec import UNSET

from chalicelib.errors import ConnectionsOnly, RateLimited, Unanswered
from chalicelib.models.requests import ProfileChange
from chalicelib.security.quotas import noting_quota
from chalicelib.services.accounts import NewSession
from chalicelib.services.messages import acknowledgements
from chalicelib.stores.message_commits import Committed, Draft, MessageCommits
from chalicelib.wiring import Wiring
from infra.local.running import RunningSystem
from tests.e2e.clients import Device, open_socket
from tests.support.addresses import CLOSED_PORT
from tests.support.users import sign_up
from tests.support.wirings import MakeWiring


def test_a_device_that_synced_while_a_message_was_stored_gets_its_push(
    wiring: Wiring, ada: NewSession, bob: NewSession, system: RunningSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The device connects after the request began, and its sync ends before the message has a sequence number."""
    devices: list[Device] = []
    commit = MessageCommits.commit

    def commit_late(
        commits: MessageCommits, sender: str, receiver: str, drafts: Sequence[Draft], *, asks: bool
    ) -> Committed:
        headers = {"Authorization": f"Bearer {bob.token}"}
        device = sockets.enter_context(open_socket(system.websocket_url, headers))
        device.send("sync", conversations=[{"userId": ada.user.userId, "afterSeq": 0}])
        assert device.expect("sync", complete=True)["messages"] == []
        devices.append(device)
        return commit(commits, sender, receiver, drafts, asks=asks)

    monkeypatch.setattr(MessageCommits, "commit", commit_late)
    with ExitStack() as sockets:
        wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("hi"))
        assert devices[0].expect("private-message")["seq"] == 1


def test_a_message_is_sent_after_redis_has_lost_the_script(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    def send() -> int:
        sent = wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("hi"))
        return sent.message.seq

    assert send() == 1
    wiring.redis.write(("SCRIPT", "FLUSH"))
    assert send() == 2


# Messages that the receiver does not answer


@pytest.fixture
def limited(make_wiring: MakeWiring) -> Wiring:
    return make_wiring(RATE_LIMIT_UNANSWERED_MESSAGE="2/86400")


def test_who_may_not_write_any_more_may_not_edit_either(limited: Wiring, ada: NewSession, bob: NewSession) -> None:
    """Else an edit would tell somebody who does not answer what a message may not."""
    assert [write(limited, ada, bob, name) for name in ("a", "b")] == [1, 2]
    with pytest.raises(Unanswered):
        limited.changes_of_messages.edit(ada.credentials, bob.user.userId, 1, "hello?")
    assert limited.changes_of_messages.delete(ada.credentials, bob.user.userId, 1).deleted is True
    assert write(limited, bob, ada, "answer") == 3
    assert limited.changes_of_messages.edit(ada.credentials, bob.user.userId, 2, "hello!").change == 2


def write(wiring: Wiring, sender: NewSession, receiver: NewSession, name: str) -> int:
    """Sends a message, and returns its seq."""
    sent = wiring.messages.send(sender.credentials, to_user_id=receiver.user.userId, draft=Draft(name, name))
    return sent.message.seq


def test_a_user_who_does_not_answer_gets_a_few_messages_of_a_stranger(
    limited: Wiring, ada: NewSession, bob: NewSession
) -> None:
    carol = sign_up(limited)
    assert [write(limited, ada, bob, name) for name in ("a", "b")] == [1, 2]
    with pytest.raises(Unanswered):
        write(limited, ada, bob, "c")
    assert write(limited, ada, bob, "b") == 2, "a repeat is acknowledged"
    assert write(limited, ada, carol, "a") == 1, "each receiver counts by itself"
    assert write(limited, bob, ada, "answer") == 3
    assert [write(limited, ada, bob, name) for name in ("c", "d")] == [4, 5]
    with pytest.raises(Unanswered):
        write(limited, ada, bob, "e")


def test_who_takes_messages_from_connections_alone_gets_none_of_others(
    limited: Wiring, ada: NewSession, bob: NewSession
) -> None:
    assert write(limited, ada, bob, "before") == 1
    limited.profiles.change(bob.credentials, ProfileChange(messagesFrom="connections"))
    with pytest.raises(ConnectionsOnly):
        write(limited, ada, bob, "after")
    with pytest.raises(ConnectionsOnly):
        limited.conversations.typing(ada.credentials, bob.user.userId)
    assert write(limited, ada, bob, "before") == 1, "a repeat is acknowledged"
    outcomes = limited.messages.send_all(ada.credentials, to_user_id=bob.user.userId, drafts=[Draft("x"), Draft("y")])
    assert [isinstance(outcome, ConnectionsOnly) for outcome in outcomes.values()] == [True, True]
    assert write(limited, bob, ada, "from bob") == 2
    limited.connections.request(ada.credentials, bob.user.userId, "interested")
    with pytest.raises(ConnectionsOnly):
        write(limited, ada, bob, "after")
    limited.connections.answer(bob.credentials, ada.user.userId, "accepted")
    assert write(limited, ada, bob, "after") == 3
    limited.conversations.typing(ada.credentials, bob.user.userId)


def test_without_redis_the_setting_holds_as_well(make_wiring: MakeWiring, ada: NewSession, bob: NewSession) -> None:
    wiring = make_wiring(REDIS_URL=f"redis://127.0.0.1:{CLOSED_PORT}/0")
    wiring.profiles.change(bob.credentials, ProfileChange(messagesFrom="connections"))
    with pytest.raises(ConnectionsOnly):
        write(wiring, ada, bob, "a")


def test_a_setting_is_seen_by_its_user_alone(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    assert wiring.profiles.own(bob.credentials).messagesFrom == "everyone"
    changed = wiring.profiles.change(bob.credentials, ProfileChange(messagesFrom="connections"))
    assert (changed.messagesFrom, wiring.profiles.own(bob.credentials).messagesFrom) == ("connections",) * 2
    assert wiring.profiles.of(ada.credentials, bob.user.userId).messagesFrom is UNSET


def test_a_user_begins_a_few_conversations_with_strangers(make_wiring: MakeWiring, ada: NewSession) -> None:
    """A spammer is stopped by a limit of their own, and uses up nobody else's: each receiver is open to others."""
    wiring = make_wiring(RATE_LIMIT_NEW_CONVERSATION="2/86400")
    first, second, third, friend, other = (sign_up(wiring) for _ in range(5))
    assert [write(wiring, ada, each, "a") for each in (first, second)] == [1, 1]
    with noting_quota() as noted, pytest.raises(RateLimited) as refused:
        write(wiring, ada, third, "a")
    assert noted.headers()["RateLimit"] == f'"new-conversation";r=0;t={refused.value.retry_after}'
    assert 0 < refused.value.retry_after <= 86_400
    assert write(wiring, other, third, "from another") == 1
    assert write(wiring, ada, first, "a") == 1, "a repeat is acknowledged"
    assert write(wiring, ada, first, "b") == 2, "what has begun goes on"
    assert write(wiring, first, ada, "answer") == 3
    assert write(wiring, ada, first, "c") == 4
    assert write(wiring, third, ada, "question") == 1
    assert write(wiring, ada, third, "answer") == 2, "an answer begins nothing"
    wiring.connections.request(ada.credentials, friend.user.userId, "interested")
    wiring.connections.answer(friend.credentials, ada.user.userId, "accepted")
    assert write(wiring, ada, friend, "a") == 1, "connected users are no strangers"


def test_messages_to_connections_use_up_no_conversations_with_strangers(
    make_wiring: MakeWiring, ada: NewSession
) -> None:
    wiring = make_wiring(RATE_LIMIT_NEW_CONVERSATION="1/86400")
    friends, stranger = [sign_up(wiring) for _ in range(3)], sign_up(wiring)
    for friend in friends:
        wiring.connections.request(ada.credentials, friend.user.userId, "interested")
        wiring.connections.answer(friend.credentials, ada.user.userId, "accepted")
    assert [write(wiring, ada, friend, "a") for friend in friends] == [1, 1, 1]
    assert write(wiring, ada, stranger, "a") == 1


def test_a_batch_that_begins_one_conversation_too_many_says_when_to_try_again(
    make_wiring: MakeWiring, ada: NewSession
) -> None:
    wiring = make_wiring(RATE_LIMIT_NEW_CONVERSATION="1/86400")
    write(wiring, ada, sign_up(wiring), "a")
    outcomes = wiring.messages.send_all(
        ada.credentials, to_user_id=sign_up(wiring).user.userId, drafts=[Draft("a", "1"), Draft("b", "2")]
    )
    errors = acknowledgements(outcomes).errors
    assert [error.code for error in errors] == ["rate_limited"] * 2
    for error in errors:
        assert error.retryAfter is not UNSET
        assert 86_000 < error.retryAfter <= 86_400


def test_a_repeat_is_not_counted_as_another_message(limited: Wiring, ada: NewSession, bob: NewSession) -> None:
    assert [write(limited, ada, bob, "a") for _ in range(5)] == [1] * 5
    assert write(limited, ada, bob, "b") == 2


def test_connected_users_may_write_without_an_answer(limited: Wiring, ada: NewSession, bob: NewSession) -> None:
    limited.connections.request(ada.credentials, bob.user.userId, "interested")
    assert [write(limited, ada, bob, name) for name in ("a", "b")] == [1, 2]
    with pytest.raises(Unanswered):
        write(limited, ada, bob, "c")
    limited.connections.answer(bob.credentials, ada.user.userId, "accepted")
    assert [write(limited, ada, bob, name) for name in "cdefg"] == [3, 4, 5, 6, 7]


def test_without_redis_messages_that_are_not_answered_are_not_counted(
    make_wiring: MakeWiring, ada: NewSession, bob: NewSession
) -> None:
    closed = f"redis://127.0.0.1:{CLOSED_PORT}/0"
    wiring = make_wiring(RATE_LIMIT_UNANSWERED_MESSAGE="2/86400", REDIS_URL=closed)
    assert [write(wiring, ada, bob, name) for name in "abcd"] == [1, 2, 3, 4]


def test_of_a_batch_as_many_are_sent_as_may_be_without_an_answer(
    make_wiring: MakeWiring, ada: NewSession, bob: NewSession
) -> None:
    wiring = make_wiring(RATE_LIMIT_UNANSWERED_MESSAGE="3/86400")
    drafts = [Draft(str(number), f"m{number}") for number in range(5)]
    for _ in range(2):  # the second one is a repeat
        outcomes = wiring.messages.send_all(ada.credentials, to_user_id=bob.user.userId, drafts=drafts)
        assert [isinstance(outcome, Unanswered) for outcome in outcomes.values()] == [False] * 3 + [True] * 2
    write(wiring, bob, ada, "answer")
    outcomes = wiring.messages.send_all(ada.credentials, to_user_id=bob.user.userId, drafts=drafts)
    assert [isinstance(outcome, Unanswered) for outcome in outcomes.values()] == [False] * 5


def test_each_message_of_a_batch_counts_in_the_rate_limit(
    make_wiring: MakeWiring, ada: NewSession, bob: NewSession
) -> None:
    wiring = make_wiring(RATE_LIMIT_PRIVATE_MESSAGE="10/60")
    drafts = [Draft(str(number)) for number in range(6)]
    wiring.messages.send_all(ada.credentials, to_user_id=bob.user.userId, drafts=drafts)
    with pytest.raises(RateLimited):
        wiring.messages.send_all(ada.credentials, to_user_id=bob.user.userId, drafts=drafts)
    wiring.messages.send_all(ada.credentials, to_user_id=bob.user.userId, drafts=drafts[:4])
