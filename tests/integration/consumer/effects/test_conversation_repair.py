"""The consumer completes the writes of a message whose handler died right after the insert."""

from urllib.parse import urlsplit

import pytest

from chalicelib.caching.leases import take_lease
from chalicelib.consumer.effects.conversation_repair import ConversationRepair
from chalicelib.events.envelope import Envelope
from chalicelib.models.requests import HistoryQuery
from chalicelib.services.accounts import NewSession
from chalicelib.stores.messages import Draft, Stored
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
    """Stores a message as a process does that dies right after the insert."""
    stored = wiring.message_store.insert(Draft(sender.user.userId, receiver.user.userId, text, text), None)
    assert stored.written is not None
    return stored, stored.written.event


def test_messages_of_a_dead_handler_reach_the_conversation_and_the_cache(
    wiring: Wiring, ada: NewSession, bob: NewSession
) -> None:
    effect = ConversationRepair(wiring.message_store, wiring.conversation_store, wiring.recent_messages)
    wiring.messages.send(ada.credentials, to_user_id=bob.user.userId, text="one", client_message_id="one")

    def history() -> list[str]:
        page = wiring.messages.history(ada.credentials, bob.user.userId, HistoryQuery())
        return [message.message for message in page.messages]

    assert history() == ["one"]  # this caches the conversation
    (_, second), (last, third) = (insert_only(wiring, ada, bob, text) for text in ("two", "three"))
    assert history() == ["one"]
    effect.apply([third, second])
    assert history() == ["one", "two", "three"]

    def conversation() -> object:
        return wiring.mongo.conversations.find_one({"_id": last.message.conversationId})

    repaired = conversation()
    assert isinstance(repaired, dict)
    assert (repaired["lastSeq"], repaired["lastMessage"]["text"]) == (3, "three")
    effect.apply([second])
    assert conversation() == repaired
    assert history() == ["one", "two", "three"]


def test_a_message_that_the_cached_copy_lacks_is_appended(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    effect = ConversationRepair(wiring.message_store, wiring.conversation_store, wiring.recent_messages)
    wiring.messages.history(ada.credentials, bob.user.userId, HistoryQuery())
    stored, event = insert_only(wiring, ada, bob, "one")
    newest = wiring.recent_messages.lookup_newest_seq(stored.message.conversationId)
    effect.apply([event, event])
    wiring.redis.fetch(newest)
    assert newest.resolve() == 1


def test_a_repair_revokes_a_lease_taken_before_it(wiring: Wiring, ada: NewSession, bob: NewSession) -> None:
    effect = ConversationRepair(wiring.message_store, wiring.conversation_store, wiring.recent_messages)
    stored, event = insert_only(wiring, ada, bob, "one")
    key = wiring.recent_messages.key(stored.message.conversationId)
    assert take_lease(wiring.redis, key)
    effect.apply([event])
    assert wiring.redis.send(("EXISTS", key)) == [0]


def test_an_event_whose_message_is_missing_repairs_nothing(wiring: Wiring) -> None:
    event = message_sent(wiring, unknown_user_id(), unknown_user_id())
    ConversationRepair(wiring.message_store, wiring.conversation_store, wiring.recent_messages).apply([event])
    assert wiring.mongo.conversations.find_one({"_id": str(event.data["conversationId"])}) is None
