"""Websockets: the upgrade, frames and their errors, rate limits, and how sockets are closed."""

import json
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from pymongo.database import Database
from redis import Redis
from websockets import Subprotocol
from websockets.sync.client import connect

from chalicelib.clock import utc_now
from chalicelib.services.socket_lifecycle import MAX_SOCKETS
from chalicelib.settings.rate_limits import DEFAULT_LIMITS
from infra.local.running import RunningSystem
from tests.e2e.clients import Person, open_socket
from tests.e2e.steps import refused
from tests.support.system import ALLOWED_ORIGIN
from tests.support.waiting import eventually


def test_a_ticket_opens_one_socket(ada: Person) -> None:
    answer = ada.post("/api/websocket-ticket")
    assert answer.status_code == 201
    ticket = answer.json()
    assert set(ticket) == {"ticket", "expiresIn", "url"}
    assert ticket["expiresIn"] == 30
    with open_socket(ticket["url"]) as device:
        device.send("register")
        assert device.expect("registered")["userId"] == ada.user_id
        assert refused(ticket["url"]) == 401


def test_a_heartbeat_may_name_its_own_user_and_no_other(ada: Person, bob: Person) -> None:
    with ada.device() as device:
        device.send("register", userId=ada.user_id)
        assert device.expect("registered")["userId"] == ada.user_id
        device.send("register", userId=bob.user_id)
        error = device.expect("error", action="register")
        assert (error["code"], list(error["fields"])) == ("bad_request", ["userId"])


def test_the_cookie_opens_a_socket(ada: Person) -> None:
    with open_socket(ada.websocket_url, {"Cookie": f"theme=dark; token={ada.token}"}) as device:
        device.send("register")
        assert device.expect("registered")["userId"] == ada.user_id


def test_an_upgrade_without_valid_credentials_is_refused(ada: Person, system: RunningSystem) -> None:
    assert refused(system.websocket_url) == 401
    assert refused(system.websocket_url, {"Authorization": "Bearer nonsense"}) == 401
    assert refused(f"{system.websocket_url}?ticket={ada.token}") == 401  # a session's token is no ticket
    ticket = ada.post("/api/websocket-ticket").json()["ticket"]
    assert refused(system.websocket_url, {"Authorization": f"Bearer {ticket}"}) == 401


def test_an_ended_session_opens_nothing_and_leaves_no_presence(ada: Person, bob: Person) -> None:
    ticket = ada.post("/api/websocket-ticket").json()
    ada.post("/api/logout")
    assert refused(ticket["url"]) == 401
    assert refused(ada.websocket_url, ada.authorization) == 401
    assert not bob.is_online(ada)


def test_a_heartbeat_keeps_a_socket_from_being_the_longest_silent_one(ada: Person) -> None:
    with ExitStack() as devices:
        first, second, *others = [devices.enter_context(ada.device()) for _ in range(MAX_SOCKETS)]
        first.send("register")
        first.expect("registered")
        newest = devices.enter_context(ada.device())
        second.closed_with()
        for device in (first, newest, *others):
            assert device.unread() == set(), "these sockets are open, and nothing was pushed to them"


def test_the_origin_of_a_browser_must_be_allowed(ada: Person) -> None:
    assert refused(ada.websocket_url, ada.authorization, origin="https://evil.example") == 403
    with open_socket(ada.websocket_url, ada.authorization, origin=ALLOWED_ORIGIN) as device:
        device.send("register")
        device.expect("registered")


def test_no_subprotocol_is_spoken(ada: Person) -> None:
    """A browser that has asked for some takes that for a failure (WHATWG WebSockets, section 2)."""
    offered = [Subprotocol("graphql-ws"), Subprotocol("v1")]
    with connect(ada.websocket_url, additional_headers=ada.authorization, subprotocols=offered) as connection:
        assert connection.subprotocol is None


def test_a_heartbeat_is_answered_with_the_presence_ttl(ada: Person) -> None:
    with ada.device() as device:
        device.send("register")
        registered = device.expect("registered")
        assert set(registered) == {"event", "userId", "expiresIn"}
        assert registered["expiresIn"] == 300


def test_a_heartbeat_that_asks_for_no_answer_renews_presence_and_gets_none(
    ada: Person, mongodb: Database[dict[str, Any]]
) -> None:
    def online_until() -> datetime:
        [socket] = mongodb.sockets.find({"userId": ada.user_id})
        until: datetime = socket["presenceUntil"]
        return until

    with ada.device() as device:
        device.send("register")
        device.expect("registered")
        before = online_until()
        device.send("register", answer=False)
        eventually(lambda: online_until() > before, what="the presence is renewed")
        assert "registered" not in device.unread()


def test_logout_sends_session_ended_and_closes_the_sockets_of_its_session(ada: Person, bob: Person) -> None:
    other = ada.log_in_again()
    with ada.device() as phone, ada.device() as laptop, other.device() as tablet:
        assert ada.post("/api/logout").status_code == 204
        for device in (phone, laptop):
            device.expect("session:ended")
            assert device.closed_with() == 1000
        assert bob.is_online(ada)
        tablet.send("register")
        tablet.expect("registered")
    eventually(lambda: not bob.is_online(ada), what="offline after the last device")


@pytest.mark.parametrize(
    ("frame", "code", "field"),
    [
        ("nonsense", "bad_request", "body"),
        ("[]", "bad_request", "body"),
        ("{}", "bad_request", "action"),
        ('{"action": "fly"}', "bad_request", "action"),
        ('{"action": "private-message"}', "bad_request", "toUserId"),
        ('{"action": "register", "ticket": 1}', "bad_request", "ticket"),
        ('{"action": "presence:query", "userIds": ["x"]}', "bad_request", "userIds[0]"),
        ('{"action": "register", "x": ' + "[" * 5_000, "bad_request", "x"),
        ('{"action": "private-message", "message": "\\ud800"}', "bad_request", "body"),
    ],
)
def test_a_bad_frame_is_answered_by_an_error_and_the_socket_stays_open(
    ada: Person, frame: str, code: str, field: str
) -> None:
    with ada.device() as device:
        device.connection.send(frame)
        error = device.expect("error")
        assert error["code"] == code
        assert field in error["fields"]
        device.send("register")
        device.expect("registered")


def test_an_error_carries_the_client_message_id(ada: Person) -> None:
    with ada.device() as device:
        for fields in ({"toUserId": "0" * 24, "message": "hi"}, {"toUserId": "x", "message": ""}):
            device.send("private-message", clientMessageId="mine", **fields)
            assert device.expect("error")["clientMessageId"] == "mine"


def test_a_socket_acts_for_its_own_user_whatever_a_frame_says(ada: Person, bob: Person) -> None:
    with ada.device() as device:
        device.connection.send(
            json.dumps(
                {
                    "action": "private-message",
                    "fromUserId": bob.user_id,
                    "toUserId": bob.user_id,
                    "message": "hi",
                    "clientMessageId": "1",
                }
            )
        )
        assert list(device.expect("error")["fields"]) == ["fromUserId"]


def test_each_user_has_a_rate_limit_for_each_action(ada: Person) -> None:
    with ada.device() as device:
        for _ in range(101):
            device.send("presence:query", userId=ada.user_id)
        error = device.expect("error")
        assert error["code"] == "rate_limited"
        assert 0 < error["retryAfter"] <= 60


def test_invalid_frames_are_rate_limited_too(ada: Person) -> None:
    with ada.device() as device:
        for _ in range(DEFAULT_LIMITS.default.maximum):
            device.connection.send("nonsense")
            device.expect("error", code="bad_request")
        device.connection.send("nonsense")
        assert device.expect("error")["code"] == "rate_limited"


def test_any_frame_of_an_ended_session_is_answered_by_session_ended(
    ada: Person,
    environment: dict[str, str],
    mongodb: Database[dict[str, Any]],  # Any: BSON
) -> None:
    with ada.device() as device, Redis.from_url(environment["REDIS_URL"]) as redis:
        # As a process leaves it that died before it could push `session:ended`.
        mongodb["sessions"].update_one({"_id": ada.session_id}, {"$set": {"endedAt": utc_now()}})
        redis.delete(f"session:{ada.session_id}")
        device.connection.send("nonsense")
        device.expect("session:ended")


def test_a_socket_given_up_while_its_session_is_valid_is_closed_without_session_ended(
    ada: Person,
    environment: dict[str, str],
    mongodb: Database[dict[str, Any]],  # Any: BSON
) -> None:
    """`session:ended` would make the client log the user out."""
    with ada.device() as device, Redis.from_url(environment["REDIS_URL"]) as redis:
        [socket] = mongodb["sockets"].find({"userId": ada.user_id})
        mongodb["sockets"].update_one({"_id": socket["_id"]}, {"$set": {"closedAt": socket["connectedAt"]}})
        redis.delete(f"socket:{socket['_id']}")
        device.send("typing", toUserId=ada.user_id)
        device.closed_with()
        assert device.kept("session:ended") == []
    assert ada.get("/api/profile").status_code == 200
