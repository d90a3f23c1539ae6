"""The Budgets, counted on the wire: round trips to Redis, commands to MongoDB, records to Kafka."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import pytest
from bson import ObjectId
from chalice.app import WebsocketEvent
from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from chalicelib.handlers import websocket
from chalicelib.models.frames import MissedFrom
from chalicelib.models.requests import ConversationsQuery, HistoryQuery, Login, NotificationsQuery
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.wiring import Wiring, wired
from infra.local.gateway import events
from infra.local.running import RunningSystem
from tests.e2e.clients import open_socket
from tests.integration.conftest import sign_up
from tests.support.addresses import address
from tests.support.event_log import EventLog
from tests.support.proxies.counting import CountingProxy
from tests.support.waiting import eventually


class Commands(CommandListener):
    """The commands that pymongo sends, without its own housekeeping."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.unacknowledged: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        unacknowledged = event.command.get("writeConcern", {}).get("w") == 0
        (self.unacknowledged if unacknowledged else self.acknowledged).append(event.command_name)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class Wires:
    def __init__(self, wiring: Wiring, redis: CountingProxy, mongodb: Commands) -> None:
        self.wiring = wiring
        self.redis = redis
        self.mongodb = mongodb

    def count(self, operation: Callable[[], object]) -> tuple[int, list[str], list[str]]:
        """(Redis round trips, MongoDB commands, those of them that are not waited for) of one operation."""
        self.redis.round_trips = 0
        self.mongodb.acknowledged.clear()
        self.mongodb.unacknowledged.clear()
        operation()
        return self.redis.round_trips, list(self.mongodb.acknowledged), list(self.mongodb.unacknowledged)


@pytest.fixture(scope="module")
def commands() -> Commands:
    """Told of by every client that is made from now on: pymongo cannot take a listener back."""
    listener = Commands()
    monitoring.register(listener)
    return listener


@pytest.fixture
def wires(environment: dict[str, str], make_wiring: Callable[..., Wiring], commands: Commands) -> Iterator[Wires]:
    redis = urlsplit(environment["REDIS_URL"])
    with CountingProxy(redis.hostname or "", redis.port or 6379) as proxy:
        wiring = make_wiring(REDIS_URL=f"redis://127.0.0.1:{proxy.port}{redis.path}")
        yield Wires(wiring, proxy, commands)
        wiring.close()


@pytest.fixture
def user(wires: Wires) -> NewSession:
    """A signed-in user whose session, profile and blockers are cached."""
    signed_in = sign_up(wires.wiring)
    wires.wiring.profiles.own(signed_in.credentials)
    wires.wiring.presence_queries.states(signed_in.credentials, [signed_in.user.userId])
    return signed_in


def test_an_authenticated_request(wires: Wires, user: NewSession) -> None:
    assert wires.count(lambda: wires.wiring.profiles.own(user.credentials)) == (1, [], [])


def test_a_login(wires: Wires, user: NewSession) -> None:
    """From a network that the account knows.

    One trip counts both attempts; one takes them back, takes a lease and looks for the user's copy; one fills.
    """
    login = Login(emailId=user.user.emailId, password="correct horse")
    client = ClientIdentity(ip=address(), user_agent="tests")

    def log_in() -> None:
        signed_in.append(wires.wiring.accounts.log_in(login, client))

    signed_in: list[NewSession] = []
    log_in()  # makes the connection to Kafka
    assert wires.count(log_in) == (3, ["find", "insert"], ["update"])
    assert wires.count(lambda: wires.wiring.profiles.own(signed_in[-1].credentials)) == (1, [], [])
    limits = [f"ratelimit:{client.ip}:login", f"ratelimit:{user.user.emailId}:login-account"]
    assert wires.wiring.redis.send(*(("EXISTS", key) for key in limits)) == [0, 0]


def test_a_login_whose_user_has_no_copy_fills_it(wires: Wires, user: NewSession) -> None:
    """Two trips more: a lease, and the copy where it is still held. And its network is new: it is remembered."""
    wires.wiring.user_store.forget(user.user.userId)
    login = Login(emailId=user.user.emailId, password="correct horse")

    def log_in() -> None:
        signed_in.append(wires.wiring.accounts.log_in(login, ClientIdentity(ip=address(), user_agent="tests")))

    signed_in: list[NewSession] = []
    assert wires.count(log_in) == (5, ["find", "update", "insert", "find"], ["update"])
    assert wires.count(lambda: wires.wiring.profiles.own(signed_in[0].credentials)) == (1, [], [])


def test_the_list_of_notifications(wires: Wires, user: NewSession) -> None:
    read = wires.wiring.notifications.page
    assert wires.count(lambda: read(user.credentials, NotificationsQuery())) == (1, ["find", "aggregate"], [])


def test_warming_a_hundred_that_are_warm(wires: Wires) -> None:
    users = [sign_up(wires.wiring) for _ in range(100)]
    sessions = {user.credentials.session_id: user.user.userId for user in users}
    assert wires.count(lambda: wires.wiring.cache_warmer.warm(sessions)) == (2, [], [])


def test_another_users_profile(wires: Wires, user: NewSession) -> None:
    other = sign_up(wires.wiring)
    assert wires.count(lambda: wires.wiring.profiles.of(user.credentials, other.user.userId)) == (1, [], [])


def test_presence_of_a_hundred_users(wires: Wires, user: NewSession) -> None:
    ids = [str(ObjectId()) for _ in range(100)]
    assert wires.count(lambda: wires.wiring.presence_queries.states(user.credentials, ids)) == (1, [], [])


def test_presence_of_a_hundred_users_of_whom_one_is_a_blocker(wires: Wires, user: NewSession) -> None:
    blocker = sign_up(wires.wiring)
    wires.wiring.presence_store.renew(blocker.user.userId, "a-socket", blocker.credentials.expires_at)
    wires.wiring.blocks.block(blocker.credentials, user.user.userId)
    ids = [*(str(ObjectId()) for _ in range(99)), blocker.user.userId]
    states = wires.wiring.presence_queries.states(user.credentials, ids)  # fills the copy that the block deleted
    assert not states[-1].online
    assert wires.count(lambda: wires.wiring.presence_queries.states(user.credentials, ids)) == (1, [], [])


def test_recent_history(wires: Wires, user: NewSession) -> None:
    other = sign_up(wires.wiring).user.userId
    send = wires.wiring.messages.send
    read = wires.wiring.messages.history
    read(user.credentials, other, HistoryQuery())
    for number in range(3):
        send(user.credentials, to_user_id=other, text=str(number), client_message_id=None)
    assert wires.count(lambda: read(user.credentials, other, HistoryQuery())) == (1, [], [])
    assert wires.count(lambda: read(user.credentials, other, HistoryQuery(limit=2, before=3))) == (1, [], [])


def test_sync_of_many_conversations(wires: Wires, user: NewSession) -> None:
    others = [sign_up(wires.wiring).user.userId for _ in range(5)]
    for other in others:
        wires.wiring.messages.send(user.credentials, to_user_id=other, text="hi", client_message_id=None)
    asked = [MissedFrom(userId=other, afterSeq=0) for other in others]
    wires.wiring.message_sync.missed(user.credentials, asked)  # which fills the caches
    assert wires.count(lambda: wires.wiring.message_sync.missed(user.credentials, asked)) == (1, [], [])


def test_conversations_and_what_is_read_of_them(wires: Wires, user: NewSession) -> None:
    other = sign_up(wires.wiring)
    wires.wiring.messages.send(other.credentials, to_user_id=user.user.userId, text="hi", client_message_id=None)
    conversations = wires.wiring.conversations
    listed = wires.count(lambda: conversations.page(user.credentials, ConversationsQuery()))
    assert listed == (1, ["aggregate"], [])
    read = wires.count(lambda: conversations.mark_read(user.credentials, other.user.userId, 1, from_socket="none"))
    assert read == (1, ["update"], ["update"])
    assert wires.count(lambda: conversations.typing(user.credentials, other.user.userId)) == (1, [], [])


def test_a_message_to_an_online_user(
    wires: Wires, user: NewSession, system: RunningSystem, event_log: EventLog
) -> None:
    """Two Redis round trips, two MongoDB writes and one that is not waited for, one record in Kafka."""
    other = sign_up(wires.wiring)
    messages = wires.wiring.messages
    with ExitStack() as sockets:
        devices = [
            sockets.enter_context(open_socket(system.websocket_url, {"Authorization": f"Bearer {person.token}"}))
            for person in (user, other, other)
        ]
        messages.history(user.credentials, other.user.userId, HistoryQuery())  # warm caches are the budget's condition

        def send() -> None:
            messages.send(user.credentials, to_user_id=other.user.userId, text="hi", client_message_id=None)

        send()  # and so are scripts that Redis knows
        redis, waited_for, not_waited_for = wires.count(send)
        for device in devices:
            device.expect("private-message", seq=2)
    assert redis == 2
    assert waited_for == ["insert", "update"]
    assert not_waited_for == ["update"]
    events = eventually(lambda: event_log.of(user.user.userId, "MESSAGE_SENT")[1:], what="the event")
    assert [event["data"]["seq"] for event in events] == [2]


def test_a_frame_with_a_message(
    environment: dict[str, str], system: RunningSystem, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the function that API Gateway calls: two round trips to Redis, as of the service, for a socket that the
    process remembers. Of one that it does not know yet, `socket:<connectionId>` is read first, in one trip more.
    """
    redis = urlsplit(environment["REDIS_URL"])
    with CountingProxy(redis.hostname or "", redis.port or 6379) as proxy, ExitStack() as stack:
        for name, value in {**environment, "REDIS_URL": f"redis://127.0.0.1:{proxy.port}{redis.path}"}.items():
            monkeypatch.setenv(name, value)
        wired.cache_clear()
        stack.callback(wired.cache_clear)
        wires = Wires(stack.enter_context(closing(wired())), proxy, commands)
        wiring = wires.wiring
        ada, bob = sign_up(wiring), sign_up(wiring)
        remembered, unknown, _ = [
            stack.enter_context(open_socket(system.websocket_url, {"Authorization": f"Bearer {one.token}"}))
            for one in (ada, ada, bob)
        ]
        ids = [one["_id"] for one in wiring.mongo.sockets.find({"userId": ada.user.userId}).sort("connectedAt", 1)]
        wiring.messages.history(ada.credentials, bob.user.userId, HistoryQuery())

        def send(connection_id: str, name: str) -> None:
            frame = {"action": "private-message", "toUserId": bob.user.userId, "message": "hi", "clientMessageId": name}
            client = events.ConnectionInfo(connection_id, 0, events.Identity("127.0.0.1", None), "")
            event = events.message(client, json.dumps(frame), request_id=name, now=0)
            websocket.message(WebsocketEvent(event, None))

        send(ids[0], "1")
        assert wires.count(lambda: send(ids[0], "2")) == (2, ["insert", "update"], ["update"])
        assert wires.count(lambda: send(ids[1], "3")) == (3, ["insert", "update"], ["update"])
        assert remembered.expect("ack", clientMessageId="2")["seq"] == 2
        assert unknown.expect("ack", clientMessageId="3")["seq"] == 3


def test_the_proxy_counts_what_is_spread_over_two_trips(wires: Wires) -> None:
    redis = wires.wiring.redis
    redis.send(("PING",))
    assert wires.count(lambda: redis.send(("PING",), ("PING",)))[0] == 1
    assert wires.count(lambda: [redis.send(("PING",)) for _ in range(3)])[0] == 3
