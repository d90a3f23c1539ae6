"""The budgets of operations, counted on the wire: round trips to Redis, commands to MongoDB, records to Kafka."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from urllib.parse import urlsplit

import pytest
from bson import ObjectId
from chalice.app import WebsocketEvent
from pymongo import monitoring

from chalice_local_websockets import events
from chalicelib.handlers import websocket
from chalicelib.models.fields import MAX_BATCH
from chalicelib.models.frames import MissedFrom
from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import (
    ConversationsQuery,
    FeedQuery,
    HistoryQuery,
    Login,
    MessageRequestsQuery,
    NotificationsQuery,
    ResetRequest,
    SearchQuery,
    Signup,
)
from chalicelib.services.accounts import ClientIdentity, NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.message_moves import KEEP
from chalicelib.stores.presence import OnlineSocket
from chalicelib.wiring import Wiring, wired
from infra.local.gateway.stage import STAGE
from infra.local.running import RunningSystem
from tests.e2e.clients import open_socket
from tests.support.addresses import address, email
from tests.support.event_log import EventLog
from tests.support.mongodb_commands import SentCommands
from tests.support.pairs import Pair
from tests.support.proxies.counting import CountingProxy
from tests.support.users import new_client, sign_up
from tests.support.waiting import eventually
from tests.support.wirings import MakeWiring


class Wires:
    """A wiring, and what it sends: to Redis through a counting proxy, to MongoDB past a listener."""

    def __init__(self, wiring: Wiring, redis: CountingProxy, mongodb: SentCommands) -> None:
        self.wiring = wiring
        self.redis = redis
        self.mongodb = mongodb

    def count(self, operation: Callable[[], object]) -> tuple[int, list[str], list[str]]:
        """(Redis round trips, acknowledged MongoDB commands, MongoDB writes with w:0) of one operation."""
        self.redis.round_trips = 0
        self.mongodb.acknowledged.clear()
        self.mongodb.unacknowledged.clear()
        operation()
        return self.redis.round_trips, list(self.mongodb.acknowledged), list(self.mongodb.unacknowledged)

    def count_warm(
        self, fill: Callable[[], object], operation: Callable[[], object]
    ) -> tuple[int, list[str], list[str]]:
        """The least that the operation has cost in three attempts, each after `fill` has filled the caches.

        The consumer works on the same cached conversation, and may have it deleted in between.
        """
        counts = []
        for _ in range(3):
            fill()
            counts.append(self.count(operation))
        return min(counts, key=lambda count: (count[0], len(count[1]), len(count[2])))


@pytest.fixture(scope="module")
def commands() -> SentCommands:
    """Hears every client that is made from now on, since pymongo cannot remove a listener."""
    listener = SentCommands()
    monitoring.register(listener)
    return listener


@pytest.fixture
def wires(environment: dict[str, str], make_wiring: MakeWiring, commands: SentCommands) -> Iterator[Wires]:
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


def test_an_authenticated_request_takes_one_redis_round_trip(wires: Wires, user: NewSession) -> None:
    assert wires.count(lambda: wires.wiring.profiles.own(user.credentials)) == (1, [], [])


def test_a_login_takes_three_redis_round_trips(wires: Wires, user: NewSession) -> None:
    """From a network that the account knows.

    One trip counts both attempts; one takes them back, takes a lease and looks up the copy; one fills the cache.
    """
    login = Login(emailId=user.user.emailId, password="correct horse")
    client = ClientIdentity(ip=address(), user_agent="tests")

    def log_in() -> None:
        signed_in.append(wires.wiring.accounts.log_in(login, client))

    signed_in: list[NewSession] = []
    log_in()  # opens the connection to Kafka
    assert wires.count(log_in) == (3, ["find", "insert"], ["update"])
    assert wires.count(lambda: wires.wiring.profiles.own(signed_in[-1].credentials)) == (1, [], [])
    limits = [f"ratelimit:{client.ip}:login", f"ratelimit:{user.user.emailId}:login-account"]
    assert wires.wiring.redis.send(*(("EXISTS", key) for key in limits)) == [0, 0]


def test_a_login_of_a_user_who_is_not_cached_takes_five_redis_round_trips(wires: Wires, user: NewSession) -> None:
    """Two more trips take a lease, and store the copy if the lease is still held. The network is new: it is stored."""
    wires.wiring.user_store.forget(user.user.userId)
    login = Login(emailId=user.user.emailId, password="correct horse")

    def log_in() -> None:
        signed_in.append(wires.wiring.accounts.log_in(login, ClientIdentity(ip=address(), user_agent="tests")))

    signed_in: list[NewSession] = []
    assert wires.count(log_in) == (5, ["find", "update", "insert", "find"], ["update"])
    assert wires.count(lambda: wires.wiring.profiles.own(signed_in[0].credentials)) == (1, [], [])


def test_a_signup_costs_the_same_whether_or_not_the_address_is_taken(wires: Wires, user: NewSession) -> None:
    """Each reads a user, and stores one document with the event that it publishes."""

    def sign_up_with(email_id: str) -> None:
        signup = Signup(firstName="Eve", lastName="X", emailId=email_id, password="battery staple")
        wires.wiring.accounts.sign_up(signup, new_client())

    sign_up_with(email())  # opens the connection to Kafka
    assert wires.count(lambda: sign_up_with(email())) == (1, ["find", "insert"], ["update"])
    assert wires.count(lambda: sign_up_with(user.user.emailId)) == (1, ["find", "update"], ["update"])


def test_a_lost_password_costs_the_same_whether_or_not_there_is_an_account(wires: Wires, user: NewSession) -> None:

    def ask_for(email_id: str) -> None:
        wires.wiring.password_resets.ask(ResetRequest(emailId=email_id), new_client())

    assert wires.count(lambda: ask_for(email())) == (1, ["update"], [])
    assert wires.count(lambda: ask_for(user.user.emailId)) == (1, ["update"], [])


def test_a_page_of_notifications_takes_one_redis_round_trip(wires: Wires, user: NewSession) -> None:
    read = wires.wiring.notifications.page
    assert wires.count(lambda: read(user.credentials, NotificationsQuery())) == (1, ["find", "aggregate"], [])


def test_warming_a_hundred_cached_users_takes_two_redis_round_trips(
    wires: Wires, user: NewSession, wiring: Wiring
) -> None:
    # Most of them sign up past the proxy, which waits a moment in each round trip.
    users = [user, *(sign_up(wiring) for _ in range(99))]
    sessions = {user.credentials.session_id: user.user.userId for user in users}
    assert wires.count(lambda: wires.wiring.cache_warmer.warm(sessions)) == (2, [], [])


def test_the_profile_of_another_user_takes_one_redis_round_trip(wires: Wires, user: NewSession) -> None:
    other = sign_up(wires.wiring)
    assert wires.count(lambda: wires.wiring.profiles.of(user.credentials, other.user.userId)) == (1, [], [])


def test_the_presence_of_a_hundred_users_takes_one_redis_round_trip(wires: Wires, user: NewSession) -> None:
    ids = [str(ObjectId()) for _ in range(100)]
    assert wires.count(lambda: wires.wiring.presence_queries.states(user.credentials, ids)) == (1, [], [])


def test_the_presence_of_a_hundred_users_and_a_blocker_takes_one_redis_round_trip(
    wires: Wires, user: NewSession
) -> None:
    blocker = sign_up(wires.wiring)
    wires.wiring.presence_store.renew(OnlineSocket(blocker.user.userId, "a-socket", blocker.credentials.expires_at))
    wires.wiring.blocks.block(blocker.credentials, user.user.userId)
    ids = [*(str(ObjectId()) for _ in range(99)), blocker.user.userId]
    states = wires.wiring.presence_queries.states(user.credentials, ids)  # caches again what the block has deleted
    assert not states[-1].online
    assert wires.count(lambda: wires.wiring.presence_queries.states(user.credentials, ids)) == (1, [], [])


def test_recent_history_takes_one_redis_round_trip(wires: Wires, user: NewSession) -> None:
    """Also after messages, which extend the cached copy."""
    other = sign_up(wires.wiring).user.userId

    def read(query: HistoryQuery) -> None:
        wires.wiring.messages.history(user.credentials, other, query)

    def read_and_send() -> None:
        read(HistoryQuery())
        for number in range(3):
            wires.wiring.messages.send(user.credentials, to_user_id=other, draft=Draft(str(number)))

    for query in (HistoryQuery(), HistoryQuery(limit=2, before=3)):
        assert wires.count_warm(read_and_send, partial(read, query)) == (1, [], [])


def test_a_sync_of_five_conversations_takes_one_redis_round_trip(wires: Wires, user: NewSession) -> None:
    others = [sign_up(wires.wiring).user.userId for _ in range(5)]
    for other in others:
        wires.wiring.messages.send(user.credentials, to_user_id=other, draft=Draft("hi"))
    positions = [MissedFrom(userId=other, afterSeq=0) for other in others]
    sync = partial(wires.wiring.message_sync.missed, user.credentials, positions)
    assert wires.count_warm(sync, sync) == (1, [], [])


def test_listing_reading_and_typing_take_one_redis_round_trip_each(wires: Wires, user: NewSession) -> None:
    other = sign_up(wires.wiring)
    wires.wiring.messages.send(other.credentials, to_user_id=user.user.userId, draft=Draft("hi"))
    conversations = wires.wiring.conversations
    listed = wires.count(lambda: conversations.page(user.credentials, ConversationsQuery()))
    assert listed == (1, ["aggregate"], [])
    read = wires.count(lambda: conversations.mark_read(user.credentials, other.user.userId, 1, from_socket="none"))
    assert read == (1, ["update"], ["update"])
    assert wires.count(lambda: conversations.typing(user.credentials, other.user.userId)) == (1, [], [])


def test_between_accepted_people_requests_cost_nothing(wires: Wires) -> None:
    """Of whom both are asked first by strangers, as everybody is. Only the first message to a stranger asks more."""
    other, third = (sign_up(wires.wiring, asked_first=True) for _ in range(2))
    messages, conversations = wires.wiring.messages, wires.wiring.conversations

    def send(sender: NewSession, receiver: NewSession) -> None:
        messages.send(sender.credentials, to_user_id=receiver.user.userId, draft=Draft("hi"))

    send(other, third)  # loads the script
    assert wires.count(lambda: send(other, third)) == (2, ["findAndModify"], []), "a request that waits"
    send(third, other)
    assert wires.count(lambda: send(other, third)) == (2, ["findAndModify"], [])
    history = partial(messages.history, other.credentials, third.user.userId, HistoryQuery())
    typing = partial(conversations.typing, other.credentials, third.user.userId)
    assert wires.count_warm(history, typing) == (1, [], [])
    read = wires.count(lambda: conversations.mark_read(third.credentials, other.user.userId, 4, from_socket="none"))
    assert read == (1, ["update"], ["update"])
    page = wires.wiring.message_requests.page
    assert wires.count(lambda: page(third.credentials, MessageRequestsQuery())) == (1, ["aggregate"], [])


def test_a_message_to_an_online_user_takes_two_redis_round_trips(
    wires: Wires, user: NewSession, system: RunningSystem, event_log: EventLog
) -> None:
    """It also takes one write to MongoDB, and one record in Kafka."""
    other = sign_up(wires.wiring)
    messages = wires.wiring.messages
    with ExitStack() as sockets:
        devices = [
            sockets.enter_context(open_socket(system.websocket_url, {"Authorization": f"Bearer {person.token}"}))
            for person in (user, other, other)
        ]
        messages.history(user.credentials, other.user.userId, HistoryQuery())  # the budget is for warm caches

        def send() -> None:
            messages.send(user.credentials, to_user_id=other.user.userId, draft=Draft("hi"))

        send()  # and for scripts that Redis knows
        counted = wires.count(send)
        for device in devices:
            device.expect("private-message", seq=2)
    assert counted == (2, ["findAndModify"], [])
    events = eventually(lambda: event_log.of(user.user.userId, "MESSAGE_SENT")[1:], what="the event")
    assert [event["data"]["seq"] for event in events] == [2]


def test_a_change_of_a_message_takes_two_redis_round_trips(wires: Wires, user: NewSession, event_log: EventLog) -> None:
    """And two commands to MongoDB; one more, where the message was moved, to read it, and one to settle its state."""
    pair, other = Pair(wires.wiring), sign_up(wires.wiring)
    pair.ada, pair.bob = user.user.userId, other.user.userId
    pair.id = pair_id(pair.ada, pair.bob)
    for number in range(KEEP + 1):
        wires.wiring.messages.send(user.credentials, to_user_id=pair.bob, draft=Draft("hi", f"{number:02}"))
    pair.move()
    changes = wires.wiring.changes_of_messages

    def edit(seq: int, text: str) -> None:
        changes.edit(user.credentials, other.user.userId, seq, text)

    edit(2, "one")  # loads the script
    assert wires.count(lambda: edit(2, "two")) == (2, ["find", "update"], ["update"])
    assert wires.count(lambda: edit(1, "three")) == (2, ["find", "find", "update", "update"], ["update", "update"])
    assert wires.count(lambda: changes.delete(user.credentials, other.user.userId, 2)) == (
        2,
        ["find", "update"],
        ["update"],
    )
    events = eventually(lambda: event_log.of(user.user.userId, "MESSAGE_EDITED")[2:], what="the events")
    assert [event["data"]["change"] for event in events] == [3]


def test_a_sync_with_changes_takes_one_read_where_nothing_was_missed(wires: Wires, user: NewSession) -> None:
    """And one more for each conversation in which something was, and one where others have read: are they invisible?"""
    others = [sign_up(wires.wiring).user.userId for _ in range(3)]
    for other in others:
        wires.wiring.messages.send(user.credentials, to_user_id=other, draft=Draft("hi"))

    def sync(*after: int) -> None:
        positions = [
            MissedFrom(userId=other, afterSeq=seq, afterChange=0) for other, seq in zip(others, after, strict=True)
        ]
        wires.wiring.message_sync.missed(user.credentials, positions)

    assert wires.count(lambda: sync(1, 1, 1)) == (1, ["find"], [])
    assert wires.count(lambda: sync(1, 0, 1)) == (1, ["find", "find"], [])
    wires.wiring.conversation_store.mark_read(others[0], user.user.userId, 1)
    assert wires.count(lambda: sync(1, 1, 1)) == (1, ["find", "find"], [])


def test_who_takes_messages_from_connections_alone_costs_a_look_up(wires: Wires, user: NewSession) -> None:
    other, messages = sign_up(wires.wiring), wires.wiring.messages
    wires.wiring.connections.request(user.credentials, other.user.userId, "interested")
    wires.wiring.connections.answer(other.credentials, user.user.userId, "accepted")
    # Past the service, whose event has the consumer drop the cached receiver at some later moment.
    wires.wiring.mongo.users.update_one({"_id": ObjectId(other.user.userId)}, {"$set": {"messagesFrom": "connections"}})
    wires.wiring.user_store.forget(other.user.userId)

    def send() -> None:
        messages.send(user.credentials, to_user_id=other.user.userId, draft=Draft("hi"))

    send()  # and for warm caches
    messages.history(user.credentials, other.user.userId, HistoryQuery())
    assert wires.count(send) == (2, ["find", "findAndModify"], [])


def test_a_page_of_the_feed_and_a_search_take_one_redis_round_trip(wires: Wires, user: NewSession) -> None:
    feed, search = wires.wiring.feed.page, wires.wiring.search.page
    sign_up(wires.wiring)
    feed(user.credentials, FeedQuery(limit=1))
    assert wires.count(lambda: feed(user.credentials, FeedQuery(limit=1))) == (1, ["find"] * 3, [])
    assert wires.count(lambda: search(user.credentials, SearchQuery(q="ada"))) == (1, ["find"], [])


def test_fifty_messages_together_take_as_much_as_one(wires: Wires, user: NewSession, event_log: EventLog) -> None:
    """But for the records in Kafka, of which each message has one."""
    other, messages = sign_up(wires.wiring), wires.wiring.messages

    def send(first: int) -> None:
        drafts = [Draft("hi", f"{number:03}") for number in range(first, first + MAX_BATCH)]
        messages.send_all(user.credentials, to_user_id=other.user.userId, drafts=drafts)

    messages.send(user.credentials, to_user_id=other.user.userId, draft=Draft("hi", "0"))
    messages.history(user.credentials, other.user.userId, HistoryQuery())
    assert wires.count(lambda: send(1)) == (2, ["findAndModify"], [])
    # A move is due, and finds nothing that is old enough.
    assert wires.count(lambda: send(1 + MAX_BATCH)) == (2, ["findAndModify", "find"], [])
    sent = eventually(lambda: event_log.of(user.user.userId, "MESSAGE_SENT")[2 * MAX_BATCH :], what="the events")
    assert [event["data"]["seq"] for event in sent] == [2 * MAX_BATCH + 1]


def test_a_client_message_id_that_does_not_grow_costs_a_look_up(wires: Wires, user: NewSession) -> None:
    """Where messages of this sender were moved that have a greater one."""
    other, messages = sign_up(wires.wiring), wires.wiring.messages
    pair = Pair(wires.wiring)
    pair.ada, pair.bob = user.user.userId, other.user.userId
    pair.id = pair_id(pair.ada, pair.bob)
    for number in range(KEEP + 1):
        messages.send(user.credentials, to_user_id=pair.bob, draft=Draft("hi", f"{number:02}"))
    pair.move()
    messages.history(user.credentials, pair.bob, HistoryQuery())

    def send(client_message_id: str) -> None:
        messages.send(user.credentials, to_user_id=pair.bob, draft=Draft("hi", client_message_id))

    assert wires.count(lambda: send("01 and greater than 00")) == (2, ["findAndModify"], [])
    looked_up = ["findAndModify", "find", "find", "findAndModify"]
    assert wires.count(lambda: send("!")) == (2, looked_up, [])


def test_a_message_frame_takes_two_redis_round_trips_or_three_on_an_unknown_socket(
    environment: dict[str, str], system: RunningSystem, commands: SentCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The frame comes through the function that API Gateway calls.

    It takes two round trips to Redis, as many as the service, on a socket that the process remembers. For a socket
    that it does not know yet, it first reads `socket:<connectionId>` in one more trip.
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
            stack.enter_context(open_socket(system.websocket_url, {"Authorization": f"Bearer {person.token}"}))
            for person in (ada, ada, bob)
        ]
        ids = [
            socket["_id"] for socket in wiring.mongo.sockets.find({"userId": ada.user.userId}).sort("connectedAt", 1)
        ]
        wiring.messages.history(ada.credentials, bob.user.userId, HistoryQuery())

        def send(connection_id: str, name: str) -> None:
            frame = {"action": "private-message", "toUserId": bob.user.userId, "message": "hi", "clientMessageId": name}
            client = events.ConnectionInfo(connection_id, 0, events.Identity("127.0.0.1", None), "", STAGE)
            event = events.message(client, json.dumps(frame), request_id=name, now=0)
            websocket.message(WebsocketEvent(event, None))

        send(ids[0], "1")
        assert wires.count(lambda: send(ids[0], "2")) == (2, ["findAndModify"], [])
        assert wires.count(lambda: send(ids[1], "3")) == (3, ["findAndModify"], [])
        assert remembered.expect("ack", clientMessageId="2")["seq"] == 2
        assert unknown.expect("ack", clientMessageId="3")["seq"] == 3


def test_the_proxy_counts_a_pipeline_once_and_separate_commands_separately(wires: Wires) -> None:
    redis = wires.wiring.redis
    redis.send(("PING",))
    assert wires.count(lambda: redis.send(("PING",), ("PING",)))[0] == 1
    assert wires.count(lambda: [redis.send(("PING",)) for _ in range(3)])[0] == 3
