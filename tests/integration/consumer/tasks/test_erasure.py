"""An account is erased whole, wherever a consumer dies in the middle of it."""

from datetime import datetime
from typing import cast

import pytest
from bson import ObjectId

from chalicelib.clock import Clock
from chalicelib.consumer.tasks.erasure import GONE, SETTLED, Erasure
from chalicelib.errors import NotFound
from chalicelib.models.documents import LeftUserDocument
from chalicelib.models.moderation import Report
from chalicelib.models.requests import ConversationChange, Leave, PushKeys, PushSubscription
from chalicelib.services.accounts import NewSession
from chalicelib.stores.emails import TRY_AGAIN_AFTER, Email
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.e2e.mails import mails_to
from tests.support.addresses import email
from tests.support.clocks import OffsetClock
from tests.support.system import System
from tests.support.users import PASSWORD
from tests.support.waiting import eventually


@pytest.fixture
def left(wiring: Wiring, system: System, ada: NewSession, bob: NewSession) -> NewSession:
    """Ada, who has left, with something of hers everywhere. The consumer of the shared system erases her as well."""
    user_id = ada.user.userId
    wiring.connections.request(ada.credentials, bob.user.userId, "interested")
    eventually(lambda: wiring.mongo.notifications.find_one({"fromUserId": user_id}), what="Bob's notification")
    wiring.messages.send(bob.credentials, to_user_id=user_id, draft=Draft("hi", "1"))
    wiring.conversations.change(ada.credentials, bob.user.userId, ConversationChange(muted=True, archived=True))
    wiring.reports.report(ada.credentials, Report(userId=bob.user.userId, reason="spam", note="I know him."))
    wiring.reports.report(bob.credentials, Report(userId=user_id, reason="spam", note="She lies."))
    wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    # The mail that says so is sent before the account can be erased whole.
    address, due = ada.user.emailId, {"to": ada.user.emailId, "kind": "left", "dueAt": {"$exists": True}}
    eventually(lambda: any("has ended" in mail.subject for mail in mails_to(system, address)), what="the last mail")
    eventually(lambda: wiring.mongo.emails.find_one(due) is None, what="the note that it was sent")
    wiring.email_store.add([Email(f"mail-of-{user_id}", ada.user.emailId, "reset")])
    wiring.feed_lists.add(user_id, [], [])
    wiring.reminders.set([user_id])
    keys = PushKeys(p256dh="", auth="")
    late = PushSubscription(endpoint=f"https://push.example.org/{user_id}", keys=keys)
    wiring.push_subscription_store.add(user_id, "late", 100, late)
    return ada


def erasure(wiring: Wiring, clock: Clock) -> Erasure:
    return Erasure(wiring.mongo, wiring.redis, wiring.export_store, wiring.files, clock)


def document(wiring: Wiring, left: NewSession) -> LeftUserDocument:
    return cast("LeftUserDocument", wiring.mongo.users.find_one({"_id": ObjectId(left.user.userId)}))


@pytest.mark.parametrize("steps", range(12))
def test_a_consumer_that_dies_after_some_steps_is_followed_by_one_that_does_all(
    wiring: Wiring, left: NewSession, bob: NewSession, steps: int
) -> None:
    clock = OffsetClock()
    dying = erasure(wiring, clock)
    for step in dying.steps[:steps]:
        step(document(wiring, left))
    clock.offset = SETTLED
    # Only the last session may keep it from its end: its event is in Kafka, and its confirmation on the way.
    wiring.mongo.sessions.update_many({"userId": left.user.userId}, {"$set": {"pendingEvents": []}})
    erasure(wiring, clock).run()
    user_id = left.user.userId
    assert "erasure" not in document(wiring, left)
    assert wiring.mongo.sessions.count_documents({"userId": user_id}) == 0
    assert wiring.mongo.emails.count_documents({"to": left.user.emailId}) == 0
    assert wiring.mongo.feeds.count_documents({"_id": user_id}) == 0
    assert wiring.mongo.missed_messages.count_documents({"_id": user_id}) == 0
    assert wiring.push_subscription_store.of([user_id]) == {}
    [conversation] = wiring.mongo.conversations.find({"userIds": user_id})
    assert (conversation["muted"], conversation["archived"]) == ([], [])
    about_her, by_her = (
        wiring.mongo.cases.find_one({"userId": user_id}),
        wiring.mongo.cases.find_one({"reports.userId": user_id}),
    )
    assert about_her is not None
    assert by_her is not None
    assert "profile" not in about_her
    assert about_her["reports"][0]["note"] == "She lies."
    assert "note" not in by_her["reports"][0]
    assert {text["text"] for text in wiring.mongo.notifications.find({"fromUserId": user_id})} == {GONE}
    [connection] = wiring.mongo.connections.find({"userIds": {"$all": [user_id, bob.user.userId]}})
    assert (connection["status"], connection.get("leftStatus")) == ("left", "interested")


def test_a_profile_that_is_edited_by_a_request_from_before_stays_empty(wiring: Wiring, left: NewSession) -> None:
    with pytest.raises(NotFound):
        wiring.user_store.change(left.user.userId, {"firstName": "Ada", "skills": ["Python"]})
    user = wiring.mongo.users.find_one({"_id": ObjectId(left.user.userId)})
    assert user is not None
    assert (user["firstName"], user["skills"], user["searchTerms"]) == ("Deleted", [], [])


def test_leaving_erases_fields_that_a_later_release_has_written(wiring: Wiring, ada: NewSession) -> None:
    user_id = ObjectId(ada.user.userId)
    wiring.mongo.users.update_one({"_id": user_id}, {"$set": {"headline": "Compilers"}})
    wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    user = wiring.mongo.users.find_one({"_id": user_id})
    assert user is not None
    assert "headline" not in user
    assert user["createdAt"] < user["updatedAt"]
    assert user["sessionEpoch"] == 1


def test_an_account_is_erased_again_until_what_was_under_way_has_come(wiring: Wiring, left: NewSession) -> None:
    erasing = erasure(wiring, wiring.clock)
    erasing.run()
    assert isinstance(document(wiring, left)["erasure"]["at"], datetime)
    wiring.email_store.add([Email(f"late-{left.user.userId}", left.user.emailId, "reset")])
    erasing.run()
    assert wiring.mongo.emails.count_documents({"to": left.user.emailId}) == 0


def test_mails_to_a_former_address_go_and_a_link_for_whoever_has_it_now_stays(wiring: Wiring, ada: NewSession) -> None:
    former = email()
    wiring.mongo.users.update_one(
        {"_id": ObjectId(ada.user.userId)}, {"$set": {"formerAddresses": [{"eventId": "1", "emailId": former}]}}
    )
    sent, due = f"sent-{former}", f"due-{former}"
    wiring.email_store.add([Email(sent, former, "reset"), Email(due, former, "reset")])
    wiring.email_store.finish(sent, "sentAt")
    # As if the service that sends it were down, so that the consumer of the shared system does not send it either.
    later = wiring.clock() + TRY_AGAIN_AFTER
    wiring.mongo.emails.update_one({"_id": due}, {"$set": {"dueAt": later}, "$unset": {"droppedAt": "", "sentAt": ""}})
    wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    erasure(wiring, wiring.clock).run()
    assert [mail["_id"] for mail in wiring.mongo.emails.find({"to": former})] == [due]


def test_the_mail_that_says_that_an_account_has_ended_is_sent_before_it_is_erased(
    wiring: Wiring, ada: NewSession
) -> None:
    erasing = erasure(wiring, wiring.clock)
    wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    farewell = f"farewell-{ada.user.userId}"
    wiring.email_store.add([Email(farewell, ada.user.emailId, "left")])
    later = wiring.clock() + TRY_AGAIN_AFTER
    wiring.mongo.emails.update_one({"_id": farewell}, {"$set": {"dueAt": later}, "$unset": {"sentAt": ""}})
    erasing.run()
    assert wiring.mongo.emails.find_one({"_id": farewell}) is not None
    wiring.email_store.finish(farewell, "sentAt")
    erasing.run()
    assert wiring.mongo.emails.find_one({"_id": farewell}) is None
