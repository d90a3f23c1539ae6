"""The consumer completes the writes of a message whose handler died right after the commit."""

from urllib.parse import urlsplit

import pytest

from chalicelib.caching.leases import take_lease
from chalicelib.consumer.effects.cached_messages import CachedMessages
from chalicelib.events.envelope import Envelope
from chalicelib.models.requests import HistoryQuery
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft, Stored
from chalicelib.wiring import Wiring
from infra.provision.indexes import create_indexes
from tests.support.events import message_sent
from tests.support.users import unknown_user_id
from tests.support.wirings import MakeWiring


@pytest.fixture
def wiring(environment: dict[str, str], make_wiring: MakeWiring) -> Wiring:
    """A wiring on a separate database, in which the running consumer repairs nothing."""
    uri = urlsplit(environment["MONGODB_URI"])._replace(path="/repair").geturl()
    create_indexes(uri)
    return make_wiring(MONGODB_URI=uri)


def insert_only(wiring: Wiring, sender: NewSession, receiver: NewSession, text: str) -> tuple[Stored, Envelope]:
    """Stores a message as a process does that dies right after the commit."""
    committed = wiring.message_commits.commit(sender.user.userId, receiver.user.userId, [Draft(text, text)])
    [stored], [event] = committed.outcomes.values(), committed.events
    assert isinstance(stored, Stored)
    return stored, event


def test_messages_of_a_dead_handler_reach_the_cache(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    effect = CachedMessages(wiring.message_store, wiring.recent_messages)
    wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("one", "one"))

    def history() -> list[str]:
        page = wiring.messages.history(ada.credentials, bob.user.userId, HistoryQuery())
        return [message.message for message in page.messages]

    assert history() == ["one"]  # this caches the conversation
    (_, second), (_, third) = (insert_only(wiring, ada, bob, text) for text in ("two", "three"))
    assert history() == ["one"]
    effect.apply([third, second])
    assert history() == ["one", "two", "three"]
    effect.apply([second])
    assert history() == ["one", "two", "three"]


def test_a_message_that_the_cached_copy_lacks_is_appended(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    effect = CachedMessages(wiring.message_store, wiring.recent_messages)
    wiring.messages.history(ada.credentials, bob.user.userId, HistoryQuery())
    stored, event = insert_only(wiring, ada, bob, "one")
    effect.apply([event, event])
    key = wiring.recent_messages.key(stored.message.conversationId)
    assert wiring.redis.send(("ZRANGE", key, -1, -1, "WITHSCORES")) != []
    assert wiring.recent_messages.behind({stored.message.conversationId: 1}) == []


def test_a_repair_revokes_a_lease_taken_before_it(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    effect = CachedMessages(wiring.message_store, wiring.recent_messages)
    stored, event = insert_only(wiring, ada, bob, "one")
    key = wiring.recent_messages.key(stored.message.conversationId)
    assert take_lease(wiring.redis, key)
    effect.apply([event])
    assert wiring.redis.send(("EXISTS", key)) == [0]


def test_an_event_whose_message_is_missing_repairs_nothing(wiring: Wiring) -> None:
    event = message_sent(wiring, unknown_user_id(), unknown_user_id())
    CachedMessages(wiring.message_store, wiring.recent_messages).apply([event])
    assert wiring.message_store.newest(str(event.data["conversationId"])).messages == []


def test_a_repeat_that_may_not_be_sent_any_more_reaches_the_cache_too(
    wiring: Wiring, ada: NewSession, bob: NewSession
) -> None:
    """It is acknowledged, although its sender has been blocked after the first attempt."""

    def history() -> list[str]:
        page = wiring.messages.history(ada.credentials, bob.user.userId, HistoryQuery())
        return [message.message for message in page.messages]

    wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("one"))
    assert history() == ["one"]
    insert_only(wiring, ada, bob, "two")
    wiring.blocks.block(bob.credentials, ada.user.userId)
    assert history() == ["one"]
    repeated = wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, draft=Draft("two", "two"))
    assert (repeated.message.seq, repeated.is_new) == (2, False)
    assert history() == ["one", "two"]
