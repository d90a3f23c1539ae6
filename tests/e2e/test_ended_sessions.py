"""A session's end, where the request that ended it died after its write."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from pymongo.database import Database
from redis import Redis

from chalicelib.clock import iso, utc_now
from tests.e2e.clients import Person
from tests.waiting import eventually


def test_its_sockets_are_told_and_closed_and_its_copy_is_deleted(
    ada: Person, bob: Person, environment: dict[str, str], mongodb: Database[dict[str, Any]]
) -> None:
    with ada.device() as device, Redis.from_url(environment["REDIS_URL"]) as redis:
        [session] = mongodb.sessions.find({"userId": ada.user_id})
        assert redis.exists(f"session:{session['_id']}")
        now = utc_now()
        entry = {
            "eventId": str(uuid4()),
            "eventType": "USER_LOGOUT",
            "userId": ada.user_id,
            "timestamp": iso(now),
            "version": 1,
            "data": {"sessionId": session["_id"], "reason": "logout"},
            "at": now - timedelta(seconds=11),  # the relay leaves younger ones to their request
        }
        mongodb.sessions.update_one(
            {"_id": session["_id"]}, {"$set": {"endedAt": now}, "$push": {"pendingEvents": entry}}
        )
        device.expect("session:ended")
        assert device.closed_with() == 1000
        eventually(lambda: not redis.exists(f"session:{session['_id']}"), what="the end of the copy")
        assert ada.get("/api/profile").status_code == 401
    eventually(lambda: not bob.is_online(ada), what="offline")
    eventually(
        lambda: mongodb.sockets.count_documents({"sessionId": session["_id"], "closedAt": {"$exists": True}}) == 1,
        what="the socket's end",
    )
    assert mongodb.sockets.count_documents({"sessionId": session["_id"], "sessionEndedAt": {"$exists": True}}) == 0
