"""Mails that tell of connections and of missed messages: to whom they go, of what, and when they do not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from chalicelib.consumer.effects.effect import RoutedEffect
from chalicelib.consumer.effects.registry import all_effects
from chalicelib.errors import Unavailable
from chalicelib.events.envelope import Envelope, new_event
from chalicelib.models.notification_preferences import NotificationKind
from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import ChannelsChange, ConversationChange, Leave, NotificationsQuery, PreferencesChange
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.missed_messages import BETWEEN_MAILS, UNREAD_FOR, Reminders
from chalicelib.wiring import Wiring
from tests.support.clocks import OffsetClock
from tests.support.ses import Sent, StubSes
from tests.support.users import PASSWORD, sign_up

SOCKET = "none="


@dataclass(frozen=True)
class Scene:
    """Ada asks Bob for a connection and writes to him, who is offline."""

    wiring: Wiring
    clock: OffsetClock
    ses: StubSes
    ada: NewSession
    bob: NewSession

    @property
    def effects(self) -> list[RoutedEffect]:
        return [
            effect for effect in all_effects(self.wiring) if effect.name in {"NotifyReceivers", "NotificationEmails"}
        ]

    def apply(self, event: Envelope) -> None:
        for effect in self.effects:
            effect.apply([event])

    def ask(self) -> Envelope:
        self.wiring.connections.request(self.ada.credentials, self.bob.user.userId, "interested")
        return self._told("CONNECTION_REQUEST_NOTIFICATION", self.bob, self.ada)

    def accept(self) -> Envelope:
        self.wiring.connections.answer(self.bob.credentials, self.ada.user.userId, "accepted")
        return self._told("CONNECTION_ACCEPTED_NOTIFICATION", self.ada, self.bob)

    def write(self, number: int = 1, sender: NewSession | None = None) -> None:
        sender = sender or self.ada
        for _ in range(number):
            sent = self.wiring.messages.send(
                sender.credentials, to_user_id=self.bob.user.userId, draft=Draft("my secret", str(ObjectId()))
            )
            place = {"messageId": sent.message.messageId, "conversationId": sent.message.conversationId}
            self._told("MESSAGE_NOTIFICATION", self.bob, sender, seq=sent.message.seq, **place)

    def read(self) -> None:
        document = self.wiring.mongo.conversations.find_one(
            {"_id": pair_id(self.ada.user.userId, self.bob.user.userId)}
        )
        assert document is not None
        self.wiring.conversations.mark_read(
            self.bob.credentials, self.ada.user.userId, document["lastSeq"], from_socket=SOCKET
        )

    def later(self, wait: timedelta) -> list[Sent]:
        """Lets time pass, does the tasks of mails, and returns all mails so far."""
        self.clock.offset += wait
        assert self.wiring.email_sender is not None
        self.wiring.missed_messages.remind()
        self.wiring.email_sender.send_due()
        return self.ses.accepted

    def prefer(self, person: NewSession, **changes: Any) -> None:  # Any: the fields of the request
        self.wiring.notification_preferences.change(person.credentials, PreferencesChange(**changes))

    def _told(self, event_type: str, to: NewSession, sender: NewSession, **data: object) -> Envelope:
        event = new_event(event_type, to.user.userId, self.clock, fromUserId=sender.user.userId, **data)
        self.apply(event)
        return event


@pytest.fixture
def scene(mailing: Wiring, clock: OffsetClock, ses: StubSes) -> Scene:
    return Scene(mailing, clock, ses, sign_up(mailing), sign_up(mailing))


NOW = timedelta(0)
LONG = UNREAD_FOR + timedelta(seconds=1)


def subjects(mails: list[Sent]) -> list[str]:
    return [mail["Content"]["Simple"]["Subject"]["Data"] for mail in mails]


def test_a_request_is_mailed_once_with_a_link_that_ends_such_mails(scene: Scene) -> None:
    event = scene.ask()
    scene.apply(event)
    [mail] = scene.later(NOW)
    assert mail["Destination"]["ToAddresses"] == [scene.bob.user.emailId]
    content = mail["Content"]["Simple"]
    assert content["Subject"]["Data"] == "Ada Lovelace wants to connect"
    headers = {header["Name"]: header["Value"] for header in content["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    token = link.removeprefix("https://d.example/api/unsubscribe?token=")
    assert scene.wiring.unsubscribe_links.verify(token).user_id == scene.bob.user.userId
    for part in ("Text", "Html"):
        assert link in content["Body"][part]["Data"]


def test_an_acceptance_is_mailed_to_whoever_asked(scene: Scene) -> None:
    scene.prefer(scene.bob, connectionRequest=ChannelsChange(mail=False))
    scene.ask()
    scene.accept()
    [mail] = scene.later(NOW)
    assert mail["Destination"]["ToAddresses"] == [scene.ada.user.emailId]
    assert subjects([mail]) == ["Ada Lovelace has accepted your request"]


def left(scene: Scene, person: NewSession) -> None:
    scene.wiring.leaving.leave(person.credentials, Leave(currentPassword=PASSWORD))


def unconfirmed(scene: Scene, person: NewSession) -> None:
    scene.wiring.mongo.users.update_one({"_id": ObjectId(person.user.userId)}, {"$set": {"emailVerified": False}})


def moved(scene: Scene, person: NewSession) -> None:
    scene.wiring.mongo.users.update_one({"_id": ObjectId(person.user.userId)}, {"$set": {"emailId": "new@example.org"}})


def unsubscribed(scene: Scene, person: NewSession) -> None:
    kinds: tuple[NotificationKind, ...] = ("connectionRequest", "message")
    for kind in kinds:
        token = scene.wiring.unsubscribe_links.sign(person.user.userId, kind)
        scene.wiring.notification_preferences.unsubscribe(token)


def read_notification(scene: Scene, person: NewSession) -> None:
    of_person = scene.wiring.mongo.notifications.find({"userId": person.user.userId})
    scene.wiring.notifications.mark_read(person.credentials, [notification["_id"] for notification in of_person])


def muted(scene: Scene) -> None:
    scene.wiring.conversations.change(scene.bob.credentials, scene.ada.user.userId, ConversationChange(muted=True))


REASONS: dict[str, Callable[[Scene], None]] = {
    "the receiver has left": lambda scene: left(scene, scene.bob),
    "the sender has left": lambda scene: left(scene, scene.ada),
    "the receiver blocks the sender": lambda scene: scene.wiring.blocks.block(
        scene.bob.credentials, scene.ada.user.userId
    ),
    "the sender blocks the receiver": lambda scene: scene.wiring.blocks.block(
        scene.ada.credentials, scene.bob.user.userId
    ),
    "the receiver's address is not confirmed": lambda scene: unconfirmed(scene, scene.bob),
    "the receiver wants no such mail": lambda scene: unsubscribed(scene, scene.bob),
}


@pytest.mark.parametrize(
    "happens",
    [
        *REASONS.values(),
        lambda scene: unconfirmed(scene, scene.ada),
        lambda scene: moved(scene, scene.bob),
        lambda scene: read_notification(scene, scene.bob),
        lambda scene: scene.wiring.connections.answer(scene.bob.credentials, scene.ada.user.userId, "rejected"),
    ],
    ids=[*REASONS, "the sender's address is not confirmed", "another address", "it was read", "it was answered"],
)
def test_a_request_is_not_mailed_where_something_has_happened_meanwhile(
    scene: Scene, happens: Callable[[Scene], None]
) -> None:
    scene.ask()
    happens(scene)
    assert scene.later(NOW) == []
    assert scene.later(timedelta(hours=1)) == []


def test_do_not_disturb_holds_mails_back_and_stores_notifications(scene: Scene) -> None:
    scene.prefer(scene.bob, doNotDisturbUntil=scene.clock() + timedelta(hours=1))
    scene.ask()
    scene.write()
    assert scene.wiring.mongo.notifications.count_documents({"userId": scene.bob.user.userId}) == 2
    assert scene.later(timedelta(minutes=59)) == []
    assert sorted(subjects(scene.later(timedelta(minutes=2)))) == [
        "1 message from Ada Lovelace",
        "Ada Lovelace wants to connect",
    ]


def test_without_the_list_a_user_is_still_mailed(scene: Scene) -> None:
    kinds = dict.fromkeys(("message", "connectionRequest"), ChannelsChange(inApp=False))
    scene.prefer(scene.bob, **kinds)
    scene.ask()
    scene.write()
    assert scene.wiring.notifications.page(scene.bob.credentials, NotificationsQuery()).notifications == []
    assert len(scene.later(LONG)) == 2


def test_missed_messages_are_one_mail_that_names_and_counts_and_quotes_nothing(scene: Scene) -> None:
    eve = sign_up(scene.wiring)
    scene.wiring.mongo.users.update_one(
        {"_id": ObjectId(eve.user.userId)}, {"$set": {"firstName": "Win at evil.example/x", "lastName": "<b>E</b>"}}
    )
    scene.write(3)
    scene.write(1, eve)
    assert scene.later(UNREAD_FOR - timedelta(minutes=1)) == []
    [mail] = scene.later(timedelta(minutes=1, seconds=1))
    content = mail["Content"]["Simple"]
    text, html = (content["Body"][part]["Data"] for part in ("Text", "Html"))
    assert content["Subject"]["Data"] == "4 messages from 2 people"
    assert "- Ada Lovelace: 3 messages\n" in text
    assert "- Win at evil. example/ x <b>E</ b>: 1 message\n" in text
    assert "<b>" not in html
    assert "my secret" not in text + html


def test_messages_that_were_read_or_are_not_old_enough_are_not_mailed(scene: Scene) -> None:
    scene.write(2)
    scene.clock.offset += timedelta(minutes=14)
    scene.read()
    scene.write()
    assert scene.later(timedelta(minutes=2)) == [], "the first ones were read, and the other one is new"
    assert subjects(scene.later(UNREAD_FOR)) == ["1 message from Ada Lovelace"]


@pytest.mark.parametrize("happens", [*REASONS.values(), muted, Scene.read], ids=[*REASONS, "muted", "read"])
@pytest.mark.parametrize("late", [False, True], ids=["before the mail is made", "before it is sent"])
def test_missed_messages_are_not_mailed_where_something_has_happened_meanwhile(
    scene: Scene, happens: Callable[[Scene], None], *, late: bool
) -> None:
    scene.write()
    scene.clock.offset += LONG
    if late:
        scene.wiring.missed_messages.remind()
        assert scene.wiring.mongo.emails.count_documents({"kind": "missed"}) == 1
    happens(scene)
    assert scene.later(NOW) == []
    assert scene.later(BETWEEN_MAILS) == []


def test_a_second_mail_comes_hours_later_and_tells_only_of_what_is_new(scene: Scene) -> None:
    eve = sign_up(scene.wiring)
    scene.write(2)
    scene.later(LONG)
    scene.write(1, eve)
    assert len(scene.later(LONG)) == 1
    assert subjects(scene.later(BETWEEN_MAILS))[1:] == ["1 message from Ada Lovelace"]
    assert "- Ada Lovelace: 1 message\n" in scene.ses.accepted[1]["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert len(scene.later(BETWEEN_MAILS)) == 2


def test_a_consumer_that_dies_in_the_middle_leaves_neither_no_mail_nor_two(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.write()
    scene.clock.offset += LONG

    def dies(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(Reminders, "close", dies)
        with pytest.raises(Unavailable):
            scene.wiring.missed_messages.remind()
    assert len(scene.later(NOW)) == 1
    assert len(scene.later(BETWEEN_MAILS)) == 1


def test_a_message_that_comes_while_the_mail_is_made_is_not_forgotten(scene: Scene) -> None:
    scene.write()
    scene.clock.offset += LONG
    scene.wiring.missed_messages.remind()
    scene.write()
    assert subjects(scene.later(NOW)) == ["2 messages from Ada Lovelace"]
    scene.write()
    assert len(scene.later(BETWEEN_MAILS + LONG)) == 2
