"""An account is erased whole, wherever a consumer dies in the middle of it."""

from datetime import datetime
from typing import cast

import pytest
from bson import ObjectId

from chalicelib.consumer.tasks.erasure import GONE, SETTLED, Erasure
from chalicelib.errors import NotFound
from chalicelib.models.documents import LeftUserDocument
from chalicelib.models.requests import ConversationChange, Leave, PushKeys, PushSubscription
from chalicelib.services.accounts import NewSession
from chalicelib.stores.emails import Email
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.clocks import OffsetClock
from tests.support.users import PASSWORD
from tests.support.waiting import eventually


@pytest.fixture
def left(wiring: Wiring, ada: NewSession, bob: NewSession) -> NewSession:
    """Ada, who has left, with something of hers everywhere. The consumer of the shared system erases her as well."""
    user_id = ada.user.userId
    wiring.connections.request(ada.credentials, bob.user.userId, "interested")
    eventually(lambda: wiring.mongo.notifications.find_one({"fromUserId": user_id}), what="Bob's notification")
    wiring.messages.send(bob.credentials, to_user_id=user_id, draft=Draft("hi", "1"))
    wiring.conversations.change(ada.credentials, bob.user.userId, ConversationChange(muted=True, archived=True))
    wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    wiring.email_store.add([Email(f"mail-of-{user_id}", ada.user.emailId, "reset")])
    wiring.feed_lists.add(user_id, [], [])
    wiring.reminders.set([user_id])
    keys = PushKeys(p256dh="", auth="")
    late = PushSubscription(endpoint=f"https://push.example.org/{user_id}", keys=keys)
    wiring.push_subscription_store.add(user_id, "late", 100, late)
    return ada


def document(wiring: Wiring, left: NewSession) -> LeftUserDocument:
    return cast("LeftUserDocument", wiring.mongo.users.find_one({"_id": ObjectId(left.user.userId)}))


@pytest.mark.parametrize("steps", range(10))
def test_a_consumer_that_dies_after_some_steps_is_followed_by_one_that_does_all(
    wiring: Wiring, left: NewSession, bob: NewSession, steps: int
) -> None:
    clock = OffsetClock()
    dying = Erasure(wiring.mongo, wiring.redis, clock)
    for step in dying.steps[:steps]:
        step(document(wiring, left))
    clock.offset = SETTLED
    # Only the last session may keep it from its end: its event is in Kafka, and its confirmation on the way.
    wiring.mongo.sessions.update_many({"userId": left.user.userId}, {"$set": {"pendingEvents": []}})
    Erasure(wiring.mongo, wiring.redis, clock).run()
    user_id = left.user.userId
    assert "erasure" not in document(wiring, left)
    assert wiring.mongo.sessions.count_documents({"userId": user_id}) == 0
    assert wiring.mongo.emails.count_documents({"to": left.user.emailId}) == 0
    assert wiring.mongo.feeds.count_documents({"_id": user_id}) == 0
    assert wiring.mongo.missed_messages.count_documents({"_id": user_id}) == 0
    assert wiring.push_subscription_store.of([user_id]) == {}
    [conversation] = wiring.mongo.conversations.find({"userIds": user_id})
    assert (conversation["muted"], conversation["archived"]) == ([], [])
    assert {text["text"] for text in wiring.mongo.notifications.find({"fromUserId": user_id})} == {GONE}
    [connection] = wiring.mongo.connections.find({"userIds": {"$all": [user_id, bob.user.userId]}})
    assert (connection["status"], connection.get("leftStatus")) == ("left", "interested")


def test_a_profile_that_is_edited_by_a_request_from_before_stays_empty(wiring: Wiring, left: NewSession) -> None:
    with pytest.raises(NotFound):
        wiring.user_store.change(left.user.userId, {"firstName": "Ada", "skills": ["Python"]})
    user = wiring.mongo.users.find_one({"_id": ObjectId(left.user.userId)})
    assert user is not None
    assert (user["firstName"], user["skills"], user["searchTerms"]) == ("Deleted", [], [])


def test_an_account_is_erased_again_until_what_was_under_way_has_come(wiring: Wiring, left: NewSession) -> None:
    erasure = Erasure(wiring.mongo, wiring.redis, wiring.clock)
    erasure.run()
    assert isinstance(document(wiring, left)["erasure"]["at"], datetime)
    wiring.email_store.add([Email(f"late-{left.user.userId}", left.user.emailId, "reset")])
    erasure.run()
    assert wiring.mongo.emails.count_documents({"to": left.user.emailId}) == 0
