"""A message to a device that vanished and to one that is there: the push that meets a 410 does not stop the other."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from pymongo.database import Database
from redis import Redis

from chalicelib.clock import milliseconds, utc_now
from tests.e2e.clients import Person
from tests.support.event_log import EventLog
from tests.support.waiting import eventually


def test_a_message_reaches_the_live_socket_and_closes_the_gone_one(
    ada: Person, bob: Person, environment: dict[str, str], mongodb: Database[dict[str, Any]], event_log: EventLog
) -> None:
    presence = f"presence:{bob.user_id}"
    with ada.device() as adas, bob.device() as bobs, Redis.from_url(environment["REDIS_URL"]) as redis:
        [living] = mongodb.sockets.find({"userId": bob.user_id})
        # Like the socket of a device that lost its network: the gateway has forgotten it without a $disconnect.
        gone = {**living, "_id": f"{uuid4().hex[:14]}=", "connectedAt": utc_now() - timedelta(minutes=1)}
        mongodb.sockets.insert_one({**gone, "pendingEvents": []})
        redis.zadd(presence, {gone["_id"]: milliseconds(gone["presenceUntil"].replace(tzinfo=utc_now().tzinfo))})

        adas.send("private-message", toUserId=bob.user_id, message="hi", clientMessageId="1")
        assert adas.expect("ack", clientMessageId="1")["seq"] == 1
        assert bobs.expect("private-message", seq=1)["message"] == "hi"

        closed = {"_id": gone["_id"], "closedAt": {"$exists": True}, "presenceUntil": {"$exists": False}}
        eventually(lambda: mongodb.sockets.count_documents(closed) == 1, what="closedAt")
        eventually(lambda: redis.zrange(presence, 0, -1) == [living["_id"].encode()], what="presence of one")
        eventually(
            lambda: [
                event
                for event in event_log.of(bob.user_id, "USER_OFFLINE")
                if event["data"] == {"connectionId": gone["_id"]}
            ],
            what="USER_OFFLINE",
        )
        assert ada.is_online(bob)
        assert bobs.received("private-message") == []
        assert mongodb.sockets.count_documents({"_id": living["_id"], "closedAt": {"$exists": False}}) == 1
