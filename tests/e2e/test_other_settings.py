"""A system of its own with settings that a small installation may want: PRESENCE_AUDIENCE=everyone and low limits."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from secrets import token_hex
from typing import Any

import pytest
from pymongo import MongoClient

from infra.local.running import RunningSystem, running_system
from tests.e2e.chats import chat
from tests.e2e.clients import Person, sign_up
from tests.e2e.steps import block, refused
from tests.support.server_variables import without_servers
from tests.support.waiting import eventually

MESSAGES = 3
SOCKETS = 4
SETTINGS = {
    "BCRYPT_ROUNDS": "4",
    "PRESENCE_AUDIENCE": "everyone",
    "RATE_LIMIT_PRIVATE_MESSAGE": f"{MESSAGES}/60",
    "RATE_LIMIT_CONNECT": f"{SOCKETS}/60",
    "RATE_LIMIT_LOGIN": "1/2",
}


@pytest.fixture(scope="module")
def other_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """Starts a system with servers of its own, as its consumer would otherwise join the group of the shared one."""
    environment = without_servers()
    with running_system(tmp_path_factory.mktemp("other-system"), environment | SETTINGS) as running:
        yield running


@pytest.fixture
def make_person(other_system: RunningSystem) -> Iterator[Callable[[str], Person]]:
    with ExitStack() as stack:

        def make(first_name: str) -> Person:
            person = sign_up(other_system, first_name)
            stack.callback(person.http.close)
            return person

        yield make


def test_with_the_audience_everyone_all_but_blocked_users_get_presence(make_person: Callable[[str], Person]) -> None:
    ada, bob, carol = make_person("Ada"), make_person("Bob"), make_person("Carol")
    block(ada, carol)
    with bob.device() as bobs, carol.device() as carols:
        with ada.device():
            bobs.expect("presence", userId=ada.user_id, online=True)
        bobs.expect("presence", userId=ada.user_id, online=False)
        # Bob's presence reaches Carol in the same way and later, so Ada's would have arrived by then.
        with bob.device():
            carols.expect("presence", userId=bob.user_id, online=True)
        assert ada.user_id not in {frame["userId"] for frame in carols.received("presence")}


@pytest.mark.parametrize(("host", "port"), [("localhost", 5173), ("127.0.0.1", 3000)])
def test_pages_of_development_servers_may_use_a_local_system(
    make_person: Callable[[str], Person], host: str, port: int
) -> None:
    ada, origin = make_person("Ada"), f"http://{host}:{port}"
    answer = ada.http.get("/api/profile", headers={**ada.authorization, "Origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin
    assert refused(ada.websocket_url, ada.authorization, origin="http://localhost:9999") == 403


def test_the_message_limit_covers_all_devices_of_the_sender(make_person: Callable[[str], Person]) -> None:
    ada, bob = make_person("Ada"), make_person("Bob")
    message = {"toUserId": bob.user_id, "message": "hi"}
    with ada.device() as phone, ada.log_in_again().device() as laptop, bob.device() as bobs:
        for number, device in enumerate((phone, laptop)):
            device.send("private-message", **message, clientMessageId=str(number))
            device.expect("ack", clientMessageId=str(number))
        assert ada.post("/api/messages", message).status_code == 201
        for device in (phone, laptop):
            device.send("private-message", **message, clientMessageId="too-many")
            error = device.expect("error", clientMessageId="too-many")
            assert error["code"] == "rate_limited"
            assert 0 < error["retryAfter"] <= 60
        answer = ada.post("/api/messages", message)
        assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["RateLimit"] == f'"private-message";r=0;t={answer.headers["Retry-After"]}'
        for seq in range(1, MESSAGES + 1):
            bobs.expect("private-message", seq=seq)
        assert bobs.received("private-message") == []
        # The limit holds for no other user.
        bobs.send("private-message", toUserId=ada.user_id, message="slow down", clientMessageId="1")
        assert bobs.expect("ack")["seq"] == MESSAGES + 1


def test_too_many_upgrades_are_a_429_and_leave_nothing(
    make_person: Callable[[str], Person], other_system: RunningSystem
) -> None:
    ada = make_person("Ada")
    client: MongoClient[dict[str, Any]] = MongoClient(other_system.environment["MONGODB_URI"])
    with client, ExitStack() as devices:
        for _ in range(SOCKETS):
            devices.enter_context(ada.device())
        ticket = ada.post("/api/websocket-ticket").json()
        assert refused(ada.websocket_url, ada.authorization) == 429
        assert refused(ticket["url"]) == 429
        sockets = client.get_default_database()["sockets"]
        assert sockets.count_documents({"userId": ada.user_id}) == SOCKETS
        devices.close()
        eventually(
            lambda: sockets.count_documents({"userId": ada.user_id, "closedAt": {"$exists": True}}) == SOCKETS,
            what="the end of all sockets",
        )


def test_two_chats_that_start_at_once_on_new_names_find_each_other(other_system: RunningSystem) -> None:
    """Each unknown name is a login that fails, of which one in two seconds is admitted here: the others wait."""
    carol, dave = (f"{name}-{token_hex(4)}" for name in ("carol", "dave"))
    with chat(other_system, carol, "--to", dave) as carols, chat(other_system, dave, "--to", carol) as daves:
        carols.shows(f"{dave.capitalize()} is online.")
        daves.shows(f"{carol.capitalize()} is online.")
        carols.type("Hello\n")
        daves.shows(f"{carol.capitalize()}: Hello")
        daves.type("Hello Carol\n")
        carols.shows(f"{dave.capitalize()}: Hello Carol")
        assert "try again in" in carols.shown + daves.shown
