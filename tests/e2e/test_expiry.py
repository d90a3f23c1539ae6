"""A session that expires while one of its sockets is open and sends frames."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database
from websockets.exceptions import ConnectionClosed

from chalicelib import settings
from chalicelib.clock import utc_now
from chalicelib.security.tokens import Credentials, Tokens
from tests.e2e.clients import PATIENCE, Device, Json, Person
from tests.e2e.steps import refused
from tests.support.waiting import eventually

LIFETIME = timedelta(seconds=3)
"""The lifetime of the session, instead of a day."""


@pytest.fixture
def expires_at() -> datetime:
    """Returns a time in whole seconds, as in tokens."""
    return (utc_now() + LIFETIME).replace(microsecond=0)


@pytest.fixture
def short_lived(
    ada: Person, expires_at: datetime, environment: dict[str, str], mongodb: Database[dict[str, Any]]
) -> Person:
    """Returns Ada with another session, which is as a login makes it, except that it expires in 3 s."""
    [session] = mongodb.sessions.find({"userId": ada.user_id})
    session_id = uuid4().hex
    mongodb.sessions.insert_one({**session, "_id": session_id, "expiresAt": expires_at})
    tokens = Tokens(settings.load(environment).jwt_secrets, utc_now)
    return replace(ada, token=tokens.sign_session(Credentials(ada.user_id, session_id, expires_at)))


def test_a_busy_socket_gets_session_ended_and_is_closed_when_its_session_expires(
    short_lived: Person, bob: Person, expires_at: datetime, mongodb: Database[dict[str, Any]]
) -> None:
    with short_lived.device() as device:
        [socket] = mongodb.sockets.find({"userId": short_lived.user_id})
        registered = heartbeat(device)
        assert registered["event"] == "registered"
        assert 0 < registered["expiresIn"] <= LIFETIME.total_seconds()
        assert bob.is_online(short_lived)
        last = eventually(lambda: unless_still_open(heartbeat(device)), what="the session's end")
        assert last is not None
        assert last["event"] == "session:ended"
        assert utc_now() >= expires_at
        assert device.closed_with() == 1000
    assert short_lived.get("/api/profile").status_code == 401
    closed = {"_id": socket["_id"], "closedAt": {"$exists": True}}
    eventually(lambda: mongodb.sockets.count_documents(closed) == 1, what="the socket's end")
    eventually(lambda: not bob.is_online(short_lived), what="offline")


def test_an_expired_session_opens_no_websocket(short_lived: Person, expires_at: datetime) -> None:
    eventually(lambda: utc_now() >= expires_at, what="the session's end")
    assert refused(short_lived.websocket_url, short_lived.authorization) == 401


def heartbeat(device: Device) -> Json:
    """Sends one heartbeat, and returns the event that answers it."""
    with suppress(ConnectionClosed):  # the consumer may have closed it; `session:ended` was pushed before
        device.send("register")
    answer: Json = json.loads(device.connection.recv(timeout=PATIENCE))
    return answer


def unless_still_open(answer: Json) -> Json | None:
    """Returns the event, or None where it is one of an open session. The rate limit may refuse heartbeats meanwhile."""
    return None if answer["event"] == "registered" or answer.get("code") == "rate_limited" else answer
