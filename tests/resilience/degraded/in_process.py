"""The functions of app.py in the test's own process, on a database of their own that is restored after each call.

Kafka is lost from the start, so that an event stays in the document that caused it, where a test can look at it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

import httpx
import pytest
from bson import ObjectId
from pymongo import MongoClient
from redis import Redis

from app import app
from chalice_local_websockets import events
from chalice_local_websockets.clock import Clock
from chalice_local_websockets.functions import Functions
from chalice_local_websockets.invocation import RestRequest, RestResponse, WebsocketEvent, WebsocketResponse
from chalicelib.clients import budget as mongo_budget
from chalicelib.clients.budget import REQUEST_SECONDS
from chalicelib.clients.mongo import database as mongo_client
from chalicelib.wiring import Wiring, wired
from infra.local.gateway.stage import STAGE
from infra.provision.indexes import create_indexes
from tests.e2e.clients import PASSWORD, Person
from tests.resilience.degraded.operations import (
    KEYS,
    SUBSCRIBED,
    Action,
    Body,
    Closing,
    Opening,
    Route,
    World,
    call,
    report_ada,
)
from tests.resilience.degraded.recorder import Recorder
from tests.resilience.degraded.whole_documents import Document, Documents, read_all, write_all
from tests.support.addresses import email
from tests.support.waiting import eventually

Operation = Route | Action | Opening | Closing
Answer = int | str | None
"""The status of a route or an upgrade; the event that followed an action, or its error's code; None for neither."""

DATABASE = "cut_in_between"
REDIS_DATABASE = "/7"
ADAS, BOBS = "adas=", "bobs="
"""The connectionIds of Ada's and Bob's sockets."""

CLOCK = Clock()
_ADDRESS = "127.0.0.1"
_CLOSED_PORT = 9


class InProcess(httpx.BaseTransport):
    """A transport of httpx that calls the REST function."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        invocation = RestRequest(events.new_id(), request.method, path, dict(request.headers), request.read(), _ADDRESS)
        answer = self._functions.call(invocation)
        assert isinstance(answer, RestResponse), answer
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)


@dataclass(frozen=True)
class State:
    """All documents of MongoDB, and {key: (its value as Redis dumps it, its TTL in milliseconds)}."""

    documents: Documents
    copies: Mapping[bytes, tuple[bytes, int]]


class Sandbox:
    """Ada, Bob and Carol as operations.py has them, and the data as they are before each call."""

    def __init__(self, environment: Mapping[str, str], api: Recorder, patch: pytest.MonkeyPatch) -> None:
        self._api, self._patch = api, patch
        self._uri = urlsplit(environment["MONGODB_URI"])._replace(path=f"/{DATABASE}").geturl()
        redis_url = urlsplit(environment["REDIS_URL"])._replace(path=REDIS_DATABASE).geturl()
        changed = {
            "REDIS_URL": redis_url,
            "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{_CLOSED_PORT}",
            "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{api.server_port}",
        }
        for name, value in {**environment, **changed}.items():
            patch.setenv(name, value)
        self._client: MongoClient[Document] = MongoClient(self._uri, tz_aware=True, w="majority")
        self._database = self._client.get_default_database()
        self._redis = Redis.from_url(redis_url)
        self._functions = Functions(app, 30)
        self._numbers = count(1)
        self._shared: dict[str, object] = {}
        self.empty()
        create_indexes(self._uri)
        with self.wiring() as wiring:
            # These clients are slow to make, and keep nothing that they learned from MongoDB.
            self._shared = {"aws": wiring.aws, "producer": wiring.producer}
            self.world = World(
                self._sign_up("Ada"), self._sign_up("Bob"), self._sign_up("Carol"), environment["JWT_SECRET"]
            )
            # By hand: the command also has the consumer delete the copy again, which would be one of the documents.
            for person, role in ((self.world.ada, "admin"), (self.world.carol, "moderator")):
                self._database.users.update_one({"_id": ObjectId(person.user_id)}, {"$set": {"role": role}})
                self._redis.delete(f"user:{person.user_id}")
            report_ada(self.world)
            self._prepare(wiring)
        self._first = self.state()

    def empty(self) -> None:
        self._client.drop_database(DATABASE)
        self._redis.flushdb()

    def close(self) -> None:
        self.empty()
        self._redis.close()
        self._client.close()

    @contextmanager
    def wiring(self, mongodb_port: int | None = None, budget: float = REQUEST_SECONDS) -> Iterator[Wiring]:
        """Makes the wiring of what is a new process to the app; with a port, it reaches MongoDB through that port."""
        self._patch.setattr(mongo_budget, "REQUEST_SECONDS", budget)
        proxied = f"mongodb://127.0.0.1:{mongodb_port}/{DATABASE}?directConnection=true"
        self._patch.setenv("MONGODB_URI", self._uri if mongodb_port is None else proxied)
        wired.cache_clear()
        wiring = wired()
        vars(wiring).update(self._shared)
        eventually(wiring.mongo.ping, what="MongoDB")  # connects with more patience than an operation has
        try:
            yield wiring
        finally:
            wiring.close()
            wired.cache_clear()

    def state(self) -> State:
        copies = {key: (self._redis.dump(key) or b"", self._redis.pttl(key)) for key in self._redis.scan_iter()}
        return State(self.read(), copies)

    def put_back(self, state: State | None = None) -> None:
        """Restores everything as it was in that state, or before the first call."""
        wanted = state or self._first
        write_all(self._database, wanted.documents)
        self._redis.flushdb()
        for key, (value, ttl) in wanted.copies.items():
            self._redis.restore(key, max(0, ttl), value)

    def settle(self) -> None:
        """Removes the pending events and the announced deletions of what was done so far."""
        for name in mongo_client.EVENT_CARRIERS:
            self._database[name].update_many({}, {"$set": {"pendingEvents": []}})
        self._database["conversations"].update_many({}, {"$set": {"pendingMessages": []}})
        self._database["invalidations"].delete_many({})

    def read(self) -> Documents:
        return read_all(self._database)

    def attempt(self, operation: Operation) -> Callable[[], Answer]:
        """Returns a function that calls the operation with the same input each time; each upgrade is a new socket."""
        match operation:
            case Route():
                body = operation.body(self.world) | _named(operation.path)
                return lambda: call(operation, self.world, body).status_code
            case Action():
                frame = operation.frame(self.world)
                return lambda: self._act(operation, frame)
            case Opening():
                return lambda: self.open(operation, f"new-{next(self._numbers)}=")
            case Closing():
                return self._hang_up

    def open(self, opening: Opening, connection_id: str, person: Person | None = None) -> int:
        """Returns the status of the upgrade."""
        url, headers = opening.shown(person or self.world.ada)
        fields = [("authorization", headers["Authorization"])] if headers else []
        client = _client(connection_id)
        event = events.connect(client, fields, urlsplit(url).query, request_id=events.new_id(), now=CLOCK.now_ms())
        answer = self._functions.call(WebsocketEvent(events.new_id(), "$connect", event))
        assert isinstance(answer, WebsocketResponse), answer
        return answer.status

    def _act(self, action: Action, frame: Body) -> Answer:
        self._api.frames.clear()
        text = json.dumps({"action": action.action, **frame})
        event = events.message(_client(ADAS), text, request_id=events.new_id(), now=CLOCK.now_ms())
        answer = self._functions.call(WebsocketEvent(events.new_id(), "$default", event))
        assert isinstance(answer, WebsocketResponse), answer
        for told in self._api.events(ADAS):
            if told["event"] == "error":
                return str(told["code"])
        came = {told["event"] for told in self._api.events(BOBS if action.at_bob else ADAS)}
        return action.event if action.event in came else None

    def _hang_up(self) -> None:
        event = events.disconnect(_client(ADAS), 1000, "", request_id=events.new_id(), now=CLOCK.now_ms())
        answer = self._functions.call(WebsocketEvent(events.new_id(), "$disconnect", event))
        assert isinstance(answer, WebsocketResponse), answer

    def _sign_up(self, name: str) -> Person:
        http = httpx.Client(base_url="http://in.process", transport=InProcess(self._functions))
        body = {"firstName": name, "lastName": "Lovelace", "emailId": email(), "password": PASSWORD}
        answer = http.post("/api/signup", json=body)
        assert answer.status_code == 202, answer.text
        self._database.users.update_one({"emailId": body["emailId"]}, {"$set": {"emailVerified": True}})
        signed_up = http.post("/api/login", json={"emailId": body["emailId"], "password": PASSWORD}).json()
        http.cookies.clear()
        return Person(http, "ws://in.process", body["emailId"], signed_up["userId"], signed_up["token"])

    def _prepare(self, wiring: Wiring) -> None:
        """Prepares what outages.py does, a notification of Ada's, two sockets, and cached copies of what was read."""
        ada, bob, carol = self.world.ada, self.world.bob, self.world.carol
        by_header = Opening("$connect", with_ticket=False)
        for person, connection_id in ((ada, ADAS), (bob, BOBS)):
            assert self.open(by_header, connection_id, person) == 200
        for text in ("one", "two"):
            assert bob.post("/api/messages", {"toUserId": ada.user_id, "message": text}).status_code == 201
        assert ada.post("/api/messages", {"toUserId": bob.user_id, "message": "three"}).status_code == 201
        assert bob.post(f"/api/connections/{ada.user_id}", {"status": "interested"}).status_code == 201
        self._database["notifications"].insert_one(
            {
                "_id": "0190a6e5-0000-7000-8000-000000000000",  # the one that operations.py reads
                "userId": ada.user_id,
                "type": "MESSAGE_NOTIFICATION",
                "fromUserId": bob.user_id,
                "text": "Bob Lovelace has written to you.",
                "createdAt": wiring.clock(),
                "readAt": None,
            }
        )
        assert ada.post("/api/push-subscriptions", {"endpoint": SUBSCRIBED, "keys": KEYS}).status_code == 204
        for person in (ada, bob, carol):
            person.get("/api/presence", userIds=bob.user_id)
            person.get(f"/api/messages/{carol.user_id if person is ada else ada.user_id}")
        ada.get(f"/api/messages/{bob.user_id}")
        self.settle()


def _named(path: str) -> Body:
    """Returns what a client adds to be able to send the request again."""
    return {"clientMessageId": "1"} if path == "/api/messages" else {}


def _client(connection_id: str) -> events.ConnectionInfo:
    return events.ConnectionInfo(connection_id, CLOCK.now_ms(), events.Identity(_ADDRESS, "tests"), "in.process", STAGE)
