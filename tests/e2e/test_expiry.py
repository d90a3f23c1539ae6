"""A session that expires in the middle of a socket's life, while the socket keeps talking."""

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
"""Of the session, instead of a day."""


@pytest.fixture
def expires_at() -> datetime:
    """In whole seconds, as tokens have them."""
    return (utc_now() + LIFETIME).replace(microsecond=0)


@pytest.fixture
def shortly(
    ada: Person, expires_at: datetime, environment: dict[str, str], mongodb: Database[dict[str, Any]]
) -> Person:
    """Ada in another session, which is as a login makes it, but for its end."""
    [session] = mongodb.sessions.find({"userId": ada.user_id})
    session_id = uuid4().hex
    mongodb.sessions.insert_one({**session, "_id": session_id, "expiresAt": expires_at})
    tokens = Tokens(settings.load(environment).jwt_secrets, utc_now)
    return replace(ada, token=tokens.sign_session(Credentials(ada.user_id, session_id, expires_at)))


def test_a_busy_socket_gets_session_ended_and_is_closed_when_its_session_expires(
    shortly: Person, bob: Person, expires_at: datetime, mongodb: Database[dict[str, Any]]
) -> None:
    with shortly.device() as device:
        [socket] = mongodb.sockets.find({"userId": shortly.user_id})
        registered = talk(device)
        assert registered["event"] == "registered"
        assert 0 < registered["expiresIn"] <= LIFETIME.total_seconds()
        assert bob.is_online(shortly)
        last = eventually(lambda: unless_still_open(talk(device)), what="the session's end")
        assert last is not None
        assert last["event"] == "session:ended"
        assert utc_now() >= expires_at
        assert device.closed_with() == 1000
    assert shortly.get("/api/profile").status_code == 401
    closed = {"_id": socket["_id"], "closedAt": {"$exists": True}}
    eventually(lambda: mongodb.sockets.count_documents(closed) == 1, what="the socket's end")
    eventually(lambda: not bob.is_online(shortly), what="offline")


def test_an_expired_session_opens_no_websocket(shortly: Person, expires_at: datetime) -> None:
    eventually(lambda: utc_now() >= expires_at, what="the session's end")
    assert refused(shortly.websocket_url, shortly.authorization) == 401


def talk(device: Device) -> Json:
    """One heartbeat, and what comes of it."""
    with suppress(ConnectionClosed):  # the consumer may have ended it meanwhile: then that was told before
        device.send("register")
    answer: Json = json.loads(device.connection.recv(timeout=PATIENCE))
    return answer


def unless_still_open(answer: Json) -> Json | None:
    """An answer that is none of an open session's; who talks without a pause is also told that it is too much."""
    return None if answer["event"] == "registered" or answer.get("code") == "rate_limited" else answer
