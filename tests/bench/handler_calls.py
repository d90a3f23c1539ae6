"""The functions of app.py called in this process, as a worker of the gateway calls them, and what they stand on.

The floors are the same round trips by the plain drivers, on the same servers and in the same run.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from typing import Any

from bson import ObjectId
from chalice.app import Chalice
from pymongo import MongoClient
from redis import Redis

from chalice_local_websockets import events
from chalice_local_websockets.functions import Functions
from chalice_local_websockets.invocation import Failed, RestRequest, RestResponse, WebsocketEvent, WebsocketResponse
from chalicelib.clients.management_api import Call
from chalicelib.events.envelope import new_event
from chalicelib.stores.message_commits import new_client_message_id
from chalicelib.wiring import wired
from infra.local.gateway.stage import STAGE
from infra.local.running import RunningSystem
from tests.e2e.clients import PASSWORD, open_socket, sign_up

BATCH = 50


class Scene:
    """Ada, whose functions are called, and Bob. Each has one device: a message takes two pushes, `ack` included.

    Another process reads what the devices receive, as only this one's processor time is to be measured.
    """

    def __init__(self, system: RunningSystem, app: Chalice, stack: ExitStack) -> None:
        self.functions = Functions(app, 29)
        self.ada, self.bob = (sign_up(system) for _ in range(2))
        self.crowd = [str(ObjectId()) for _ in range(100)]
        for person in (self.ada, self.bob):
            stack.enter_context(reading(system.websocket_url, person.token))
        self.socket_ids = [
            socket["_id"]
            for person in (self.ada, self.bob)
            for socket in wired().mongo.sockets.find({"userId": person.user_id})
        ]

    def rest(self, method: str, path: str, body: object = None) -> None:
        headers = {"authorization": f"Bearer {self.ada.token}", "content-type": "application/json"}
        raw = b"" if body is None else json.dumps(body).encode()
        reply = self.functions.call(RestRequest("bench", method, path, headers, raw, "127.0.0.1"))
        assert isinstance(reply, RestResponse), reply
        assert reply.status < 300, reply.body

    def open_and_close(self) -> None:
        """`$connect` and `$disconnect` of a socket that only the functions know."""
        client = events.ConnectionInfo(events.new_id(), 0, events.Identity("127.0.0.1", None), "", STAGE)
        headers = [("authorization", f"Bearer {self.ada.token}")]
        opened = events.connect(client, headers, "", request_id="bench", now=0)
        closed = events.disconnect(client, 1000, "", request_id="bench", now=0)
        for route, event in (("$connect", opened), ("$disconnect", closed)):
            reply = self.functions.call(WebsocketEvent("bench", route, event))
            assert isinstance(reply, WebsocketResponse), reply
            assert reply.status == 200, reply

    def frame(self, action: str, **fields: object) -> None:
        client = events.ConnectionInfo(self.socket_ids[0], 0, events.Identity("127.0.0.1", None), "", STAGE)
        body = json.dumps({"action": action, **fields})
        event = events.message(client, body, request_id="bench", now=0)
        reply = self.functions.call(WebsocketEvent("bench", "$default", event))
        assert not isinstance(reply, Failed), reply


@contextmanager
def reading(url: str, token: str) -> Iterator[None]:
    """A device in a process of its own, which reads until the block ends."""
    context = get_context("spawn")
    opened = context.Event()
    child = context.Process(target=_read, args=(url, token, opened), daemon=True)
    child.start()
    try:
        assert opened.wait(30), "the device did not connect"
        yield
    finally:
        child.kill()
        child.join()


def _read(url: str, token: str, opened: Event) -> None:
    with open_socket(url, {"Authorization": f"Bearer {token}"}) as device:
        opened.set()
        while True:
            device.connection.recv()


def handlers(scene: Scene) -> dict[str, Callable[[], object]]:
    bob = scene.bob.user_id
    login = {"emailId": scene.ada.email_id, "password": PASSWORD}
    return {
        "profile": lambda: scene.rest("GET", "/api/profile"),
        "presence of 100 users": lambda: scene.rest("GET", f"/api/presence?userIds={','.join(scene.crowd)}"),
        "heartbeat, frame": lambda: scene.frame("register", answer=False),
        "read mark, frame": lambda: scene.frame("message:read", userId=bob, seq=1),
        "socket, opened and closed": scene.open_and_close,
        "login, bcrypt at cost 4": lambda: scene.rest("POST", "/api/login", login),
        "message, REST": lambda: scene.rest(
            "POST", "/api/messages", {"toUserId": bob, "message": "hi", "clientMessageId": new_client_message_id()}
        ),
        "message, frame": lambda: scene.frame(
            "private-message", toUserId=bob, message="hi", clientMessageId=new_client_message_id()
        ),
        f"{BATCH} messages, frame": lambda: scene.frame(
            "private-messages",
            toUserId=bob,
            messages=[{"message": "hi", "clientMessageId": new_client_message_id()} for _ in range(BATCH)],
        ),
    }


@contextmanager
def floors(scene: Scene) -> Iterator[dict[str, Callable[[], object]]]:
    wiring = wired()
    mongodb: MongoClient[dict[str, Any]] = MongoClient(  # Any: BSON
        wiring.settings.mongodb_uri, w="majority", readConcernLevel="majority"
    )
    event = new_event("PROFILE_VIEW", scene.ada.user_id, wiring.clock, viewedUserId=scene.bob.user_id)
    with mongodb, Redis.from_url(wiring.settings.redis_url) as redis:
        collection = mongodb.get_default_database().floors
        user = f"user:{scene.ada.user_id}"

        def gate() -> None:
            with redis.pipeline(transaction=False) as pipeline:
                pipeline.get("session:none").get(user).zremrangebyscore("floor", "-inf", 0)
                pipeline.zadd("floor", {"a": 1}).zcard("floor").pexpire("floor", 60_000)
                pipeline.execute()

        def push() -> None:
            lanes = {socket_id: _push(socket_id) for socket_id in scene.socket_ids}
            assert set(wiring.management_api.run(lanes).values()) == {200}

        yield {
            "Redis: the gate's six commands": gate,
            "MongoDB: insert, majority": lambda: collection.insert_one({"_id": ObjectId(), "text": "hi"}),
            "Kafka: a record, acknowledged": lambda: wiring.publisher.publish_all([event]),
            "two pushes": push,
        }


def _push(connection_id: str) -> Any:  # Any: a lane
    answer = yield Call("POST", connection_id, b'{"event": "floor"}')
    return answer.status
