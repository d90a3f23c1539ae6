"""Sessions that end without a request that closes their sockets: it died after its write, or the session expired."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from pymongo.database import Database

from chalicelib.clock import iso, utc_now
from infra.ops.redis_access import opened_redis
from tests.e2e.clients import Person
from tests.support.event_log import EventLog
from tests.support.waiting import eventually


def test_the_sockets_of_an_ended_session_are_closed_and_its_cached_copy_is_deleted(
    ada: Person, bob: Person, environment: dict[str, str], mongodb: Database[dict[str, Any]]
) -> None:
    with ada.device() as device, opened_redis(environment["REDIS_URL"]) as redis:
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
            "at": now - timedelta(seconds=11),  # the relay leaves younger events to their request
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


def test_the_sockets_of_an_earlier_epoch_are_closed(
    ada: Person, environment: dict[str, str], mongodb: Database[dict[str, Any]]
) -> None:
    laptop = ada.log_in_again()
    with ada.device() as phone, laptop.device() as screen, opened_redis(environment["REDIS_URL"]) as redis:
        assert redis.exists(f"user:{ada.user_id}")
        now = utc_now()
        entry = {
            "eventId": str(uuid4()),
            "eventType": "USER_LOGOUT",
            "userId": ada.user_id,
            "timestamp": iso(now),
            "version": 1,
            "data": {"reason": "logout_all", "epoch": 1},
            "at": now - timedelta(seconds=11),
        }
        mongodb.users.update_one(
            {"emailId": ada.email_id}, {"$set": {"sessionEpoch": 1}, "$push": {"pendingEvents": entry}}
        )
        eventually(lambda: ada.get("/api/profile").status_code == 401, what="the end of the copy")
        again = ada.log_in_again()
        with again.device() as newest:
            for device in (phone, screen):
                device.expect("session:ended")
                assert device.closed_with() == 1000
            assert laptop.get("/api/profile").status_code == 401
            assert newest.received("session:ended") == []


def test_a_silent_socket_gets_session_ended_and_is_closed_when_its_session_expires(
    ada: Person, bob: Person, mongodb: Database[dict[str, Any]], event_log: EventLog
) -> None:
    other = ada.log_in_again()
    [first] = mongodb.sessions.find({"userId": ada.user_id}).sort("createdAt", 1).limit(1)
    with ada.device() as silent, other.device() as staying:
        # As if a day had passed. Presence never outlives the session.
        past = utc_now() - timedelta(seconds=1)
        over = {"sessionExpiresAt": past, "presenceUntil": past}
        mongodb.sockets.update_one({"sessionId": first["_id"]}, {"$set": over})
        silent.expect("session:ended")
        assert silent.closed_with() == 1000
        assert staying.received("session:ended") == []
        assert bob.is_online(ada)
    eventually(
        lambda: mongodb.sockets.count_documents({"sessionId": first["_id"], "closedAt": {"$exists": True}}) == 1,
        what="the socket's end",
    )
    eventually(lambda: event_log.of(ada.user_id, "USER_OFFLINE"), what="USER_OFFLINE")
