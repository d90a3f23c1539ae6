"""Every service that queries MongoDB, called as requests call it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bson import ObjectId

from chalicelib.errors import BadCredentials, LinkGone, Unanswered, Unverified
from chalicelib.models.case_documents import ReportDocument
from chalicelib.models.frames import MissedFrom
from chalicelib.models.moderation import CasesQuery, Decision, Report
from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import (
    ChannelsChange,
    ConversationChange,
    ConversationsQuery,
    DaysQuery,
    FeedQuery,
    HistoryQuery,
    Leave,
    Login,
    MessageRequestsQuery,
    NotificationsQuery,
    PasswordChange,
    PasswordReset,
    PeopleQuery,
    PreferencesChange,
    ProfileChange,
    PushKeys,
    PushSubscription,
    ResetRequest,
    SearchQuery,
    SessionsQuery,
    Signup,
)
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.stores.cases import Thing
from chalicelib.stores.emails import Email
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.modifications import Reaction
from chalicelib.stores.users import ADMIN, MODERATOR
from chalicelib.wiring import Wiring
from tests.e2e.clients import PASSWORD
from tests.integration.queries.crowd import FEW, MANY
from tests.support.users import new_client, sign_up

CLIENT = ClientIdentity(ip="127.0.0.1", user_agent="tests")
ADAS_SOCKET, BOBS_SOCKET, MARKED_SOCKET = "adas=", "bobs=", "marked="


@dataclass(frozen=True)
class Scene:
    """Two users, of whom Ada is an administrator. `without_redis` is a process that reads everything from MongoDB."""

    wiring: Wiring
    without_redis: Wiring
    ada: NewSession
    bob: NewSession

    @property
    def other(self) -> str:
        return self.bob.user.userId


def open_sockets(scene: Scene) -> None:
    for connection_id, person in ((ADAS_SOCKET, scene.ada), (BOBS_SOCKET, scene.bob)):
        scene.wiring.socket_lifecycle.connect(connection_id, person.credentials, None)


def send(scene: Scene) -> None:
    for wiring in (scene.without_redis, scene.wiring):
        for _ in range(2):  # the second call is a repeat, which looks for the first message
            wiring.messages.send(scene.ada.credentials, to_user_id=scene.other, draft=Draft("hi", f"from {id(wiring)}"))
    with suppress(Unanswered):  # one message without an answer is allowed here
        draft = Draft("hi", "next", reply_to=1)
        scene.wiring.messages.send(scene.ada.credentials, to_user_id=scene.other, draft=draft)


def change(scene: Scene) -> None:
    """One message of the tail, which leaves it in the next step, and two that were moved, of which one is unsettled."""
    ada, bob = scene.ada.credentials, scene.bob.credentials
    conversation = scene.wiring.mongo.conversations.find_one({"_id": pair_id(ada.user_id, bob.user_id)})
    assert conversation is not None
    for seq in (conversation["movedSeq"] + 1, MANY // 2):
        scene.wiring.changes_of_messages.react(bob, ada.user_id, seq, "👍")
    scene.wiring.message_changes.change(bob.user_id, ada.user_id, MANY // 3, Reaction("👍"))
    positions = [MissedFrom(userId=scene.other, afterSeq=MANY, afterChange=0)]
    [missed] = scene.wiring.message_sync.missed(ada, positions)
    assert isinstance(missed.changed, list)
    assert len(missed.changed) == 3


def move(scene: Scene) -> None:
    scene.wiring.message_moves.move(pair_id(scene.ada.user.userId, scene.other))


def history(scene: Scene) -> None:
    for wiring in (scene.without_redis, scene.wiring):
        for query in (HistoryQuery(), HistoryQuery(before=MANY // 2), HistoryQuery(after=MANY // 2)):
            wiring.messages.history(scene.ada.credentials, scene.other, query)


def sync(scene: Scene) -> None:
    for after in (0, MANY // 2, MANY):
        positions = [MissedFrom(userId=scene.other, afterSeq=after)]
        scene.without_redis.message_sync.missed(scene.ada.credentials, positions)


def read(scene: Scene) -> None:
    for _ in range(2):  # the second call is a repeat
        scene.wiring.conversations.mark_read(
            scene.bob.credentials, scene.ada.user.userId, MANY // 2, from_socket=BOBS_SOCKET
        )


def list_conversations(scene: Scene) -> None:
    listed = scene.wiring.conversations.page
    page = listed(scene.ada.credentials, ConversationsQuery())
    listed(scene.ada.credentials, ConversationsQuery(before=page.conversations[-1].userId))


def mark_conversations(scene: Scene) -> None:
    change, ada = scene.wiring.conversations.change, scene.ada.credentials
    listed = scene.wiring.conversations.page(ada, ConversationsQuery()).conversations
    for conversation in listed[:FEW]:
        change(ada, conversation.userId, ConversationChange(archived=True, muted=True))
    archived = scene.wiring.conversations.page(ada, ConversationsQuery(archived="true", limit=5)).conversations
    scene.wiring.conversations.page(ada, ConversationsQuery(archived="true", before=archived[-1].userId))


def message_requests(scene: Scene) -> None:
    """Ada has some that wait and some that she has ignored. She and Bob have accepted each other's messages."""
    service, ada = scene.wiring.message_requests, scene.ada.credentials
    waiting = service.page(ada, MessageRequestsQuery(limit=5)).conversations
    ignored = service.page(ada, MessageRequestsQuery(limit=5, ignored="true")).conversations
    service.page(ada, MessageRequestsQuery(limit=5, before=waiting[-1].userId))
    service.page(ada, MessageRequestsQuery(limit=5, before=ignored[-1].userId, ignored="true"))
    for _ in range(2):  # the second call is a repeat
        service.answer(ada, waiting[0].userId, "ignored")
    service.answer(ada, waiting[0].userId, "accepted")
    scene.wiring.profiles.change(ada, ProfileChange(messagesFrom="requests"))
    scene.without_redis.conversations.typing(scene.bob.credentials, scene.ada.user.userId)
    scene.wiring.conversation_store.mark_read(ada.user_id, waiting[1].userId, waiting[1].lastSeq)


def connections(scene: Scene) -> None:
    service, ada = scene.wiring.connections, scene.ada.credentials
    service.request(scene.bob.credentials, ada.user_id, "interested")
    service.request(scene.bob.credentials, ada.user_id, "interested")
    service.answer(ada, scene.other, "accepted")
    service.answer(ada, scene.other, "accepted")
    people = service.accepted(ada, PeopleQuery()).connections
    service.accepted(ada, PeopleQuery(before=people[-1].userId))
    people = service.requests(ada, PeopleQuery()).requests
    service.requests(ada, PeopleQuery(before=people[-1].userId))
    ignored = sign_up(scene.wiring).credentials
    service.request(ada, ignored.user_id, "ignored")
    service.request(ignored, ada.user_id, "interested")


def feed(scene: Scene) -> None:
    """Ada has many connections, and both have skills that many others have."""
    for person in (scene.ada, scene.bob):
        scene.wiring.profiles.change(person.credentials, ProfileChange(skills=["Python", "Rare"]))
        page = scene.wiring.feed.page(person.credentials, FeedQuery())
        scene.wiring.feed.page(person.credentials, FeedQuery(cursor=page.next))


def search(scene: Scene) -> None:
    for q, skills in (("some", None), (None, "python"), ("some", "python"), ("e s", "rare")):
        page = scene.wiring.search.page(scene.ada.credentials, SearchQuery(q=q, skills=skills, limit=20))
        scene.wiring.search.page(scene.ada.credentials, SearchQuery(q=q, skills=skills, cursor=page.next))


def index_users(scene: Scene) -> None:
    assert list(scene.wiring.user_index.run())[-1].indexed > 0


def blocks(scene: Scene) -> None:
    scene.wiring.blocks.block(scene.ada.credentials, scene.other)
    scene.wiring.blocks.unblock(scene.ada.credentials, scene.other)
    scene.without_redis.presence_queries.states(scene.ada.credentials, [scene.other])


def notifications(scene: Scene) -> None:
    service = scene.wiring.notifications
    page = service.page(scene.ada.credentials, NotificationsQuery())
    service.page(scene.ada.credentials, NotificationsQuery(before=page.notifications[-1].notificationId))
    service.mark_read(scene.ada.credentials, [notification.notificationId for notification in page.notifications])


def preferences(scene: Scene) -> None:
    service = scene.wiring.notification_preferences
    service.change(scene.ada.credentials, PreferencesChange(message=ChannelsChange(mail=True)))
    service.unsubscribe(scene.wiring.unsubscribe_links.sign(scene.other, "message"))


def push_subscriptions(scene: Scene) -> None:
    store, ada = scene.wiring.push_subscription_store, scene.ada.credentials
    keys = PushKeys(p256dh="B" + "A" * 86, auth="A" * 22)
    for number in range(12):
        store.add(
            ada.user_id, ada.session_id, 0, PushSubscription(endpoint=f"https://a.example.org/{number}", keys=keys)
        )
    [newest, *_] = store.of([ada.user_id])[ada.user_id]
    store.delete(newest)
    store.remove(ada.user_id, "https://a.example.org/5")
    scene.wiring.push_subscriptions.own(ada)


def sockets(scene: Scene) -> None:
    wiring, ada = scene.wiring, scene.ada.credentials
    identity = scene.without_redis.socket_store.identity(ADAS_SOCKET)
    assert identity is not None
    wiring.socket_lifecycle.heartbeat(ADAS_SOCKET, identity)
    wiring.presence_queries.subscribe(ada, ADAS_SOCKET, [scene.other])
    wiring.presence_queries.unsubscribe(ada, ADAS_SOCKET, [scene.other])
    wiring.socket_lifecycle.disconnect(ADAS_SOCKET)
    wiring.socket_store.open(MARKED_SOCKET, scene.bob.credentials)
    wiring.socket_store.undo_open(MARKED_SOCKET, scene.other)


def profile(scene: Scene) -> None:
    scene.wiring.profiles.change(scene.ada.credentials, ProfileChange(about="new", lastSeenFor="nobody"))
    scene.without_redis.profiles.own(scene.ada.credentials)
    scene.without_redis.profiles.of(scene.ada.credentials, scene.other)


def login(scene: Scene) -> None:
    scene.without_redis.accounts.log_in(Login(emailId=scene.bob.user.emailId, password=PASSWORD), CLIENT)
    with suppress(BadCredentials):
        scene.without_redis.accounts.log_in(Login(emailId="nobody@example.org", password=PASSWORD), CLIENT)


def moderation(scene: Scene) -> None:
    """A user is reported twice, suspended and reinstated."""
    wiring, mod, eve = scene.wiring, sign_up(scene.wiring), sign_up(scene.wiring)
    wiring.roles.give(MODERATOR, mod.user.emailId)
    wiring.roles.all(MODERATOR)
    for reporter in (scene.ada, scene.bob):
        wiring.reports.report(reporter.credentials, Report(userId=eve.user.userId, reason="spam"))
    found = wiring.moderation.queue(mod.credentials, CasesQuery()).cases
    wiring.moderation.queue(mod.credentials, CasesQuery(after=found[0].caseId))
    case = wiring.mongo.cases.find_one({"_id": ObjectId(found[0].caseId)})
    assert case is not None
    made = wiring.case_store.add_report(
        Thing(eve.user.userId, case["profile"], None),
        ReportDocument(userId=eve.user.userId, at=wiring.clock(), reason="spam"),
    )
    assert made is not None
    for decision in (Decision(act="suspend", reason="spam"), Decision(act="reinstate")):
        wiring.moderation.decide(mod.credentials, str(made.document_id), decision)


def end_sessions(scene: Scene) -> None:
    """Each way of ending sessions is used by another user, who has a socket."""
    wiring = scene.wiring
    for number in range(4):
        person = sign_up(wiring)
        wiring.socket_lifecycle.connect(f"ending-{number}=", person.credentials, None)
        match number:
            case 0:
                wiring.logout.log_out(person.credentials)
            case 1:
                wiring.logout.log_out_everywhere(person.credentials)
            case 2:
                wiring.logout.revoke(person.credentials, person.credentials.session_id)
            case 3:
                change = PasswordChange(currentPassword=PASSWORD, newPassword="another one")
                wiring.password_changes.change(person.credentials, change, CLIENT)


def administrators(scene: Scene) -> None:
    scene.wiring.roles.give(ADMIN, "nobody@example.org", scene.bob.user.emailId)
    scene.wiring.roles.all(ADMIN)
    scene.wiring.roles.take(ADMIN, scene.bob.user.emailId)


def mailed_links(scene: Scene) -> None:
    wiring, ada = scene.wiring, scene.ada
    unconfirmed = sign_up(wiring, verified=False)
    wiring.verification.ask(unconfirmed.credentials)
    with suppress(Unverified):
        wiring.connections.request(unconfirmed.credentials, scene.other, "interested")
    email = Email("1", ada.user.emailId, "reset").document(wiring.clock())
    assert wiring.mail_links.issue("reset", email) is not None
    email = Email("2", "other@example.org", "change", user_id=ada.user.userId, epoch=0).document(wiring.clock())
    token = wiring.mail_links.issue("change", email) or ""
    wiring.verification.confirm(token, new_client())
    wiring.password_resets.ask(ResetRequest(emailId=ada.user.emailId), new_client())
    with suppress(LinkGone):
        wiring.password_resets.reset(PasswordReset(token="x" * 43, newPassword="battery staple"), new_client())
    wiring.accounts.sign_up(
        Signup(firstName="Eve", lastName="X", emailId=scene.bob.user.emailId, password="correct horse"), new_client()
    )


def leave(scene: Scene) -> None:
    eve = sign_up(scene.wiring)
    scene.wiring.leaving.leave(eve.credentials, Leave(currentPassword=PASSWORD))


def exports(scene: Scene) -> None:
    for _ in range(2):
        scene.wiring.exports.ask(scene.ada.credentials)
    scene.wiring.exports.last(scene.ada.credentials)


OF_REQUESTS: Sequence[Callable[[Scene], object]] = (
    open_sockets,
    mailed_links,
    leave,
    send,
    change,
    move,
    history,
    sync,
    read,
    list_conversations,
    mark_conversations,
    message_requests,
    connections,
    feed,
    search,
    index_users,
    blocks,
    notifications,
    exports,
    preferences,
    push_subscriptions,
    profile,
    login,
    lambda scene: scene.wiring.session_list.open_sessions(scene.ada.credentials, SessionsQuery()),
    lambda scene: scene.wiring.session_list.open_sessions(
        scene.ada.credentials, SessionsQuery(before=scene.ada.credentials.session_id)
    ),
    lambda scene: scene.wiring.analytics.daily(scene.ada.credentials, DaysQuery()),
    lambda scene: scene.wiring.cache_warmer.recent_sessions(MANY),
    sockets,
    administrators,
    moderation,
    end_sessions,
)
