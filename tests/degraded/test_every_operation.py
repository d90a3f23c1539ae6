"""Each operation while one server is lost: with Redis or Kafka down it works, with MongoDB down it is a clear 503.

Redis alone still answers what it holds. A server is lost in two manners: it refuses connections, or it hangs. One of
them is a master of a Redis Cluster: what it holds is read from MongoDB.
"""

import time
from collections.abc import Iterator
from typing import Any, get_args

import httpx
import pytest
from pymongo.database import Database

from app import app
from chalicelib.handlers.websocket import ACTIONS as ACTIONS_OF_THE_APP
from infra.local.running import RunningSystem
from tests.cuttable import Manner
from tests.degraded.operations import ACTIONS, ROUTES, Action, Route, World
from tests.degraded.outages import Outage, outage
from tests.event_log import EventLog
from tests.waiting import eventually

Stored = dict[str, Any]  # Any: BSON
SECONDS = 3.0 + 1.0
"""The bound of guarantee 8, and a second for a machine that runs other tests as well."""

LOST = [(server, manner) for server in ("redis", "a master", "kafka", "mongodb") for manner in get_args(Manner)]


@pytest.fixture(scope="module", params=LOST, ids=[" ".join(lost) for lost in LOST])
def lost(
    request: pytest.FixtureRequest,
    system: RunningSystem,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Outage]:
    server, manner = request.param
    with outage(server, manner, system, environment, tmp_path_factory.mktemp("outage")) as made:
        yield made


def test_no_operation_is_left_out() -> None:
    routes = {(method, path) for path, methods in app.routes.items() for method in methods if method != "OPTIONS"}
    assert {(route.method, route.path) for route in ROUTES} == routes
    assert {action.name for action in ACTIONS} == {str(frame.__struct_config__.tag) for frame in ACTIONS_OF_THE_APP}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route(lost: Outage, route: Route) -> None:
    world = lost.worlds[route.name]
    began = time.monotonic()
    answer = call(route, world)
    seconds = time.monotonic() - began
    if lost.server == "mongodb" and not route.cached:
        assert answer.status_code == 503, answer.text
        if route.path != "/api/health/ready":
            assert answer.json()["code"] == "unavailable"
    else:
        assert answer.status_code == route.status, answer.text
    assert seconds < SECONDS


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action(lost: Outage, action: Action, mongodb: Database[Stored]) -> None:
    world = lost.worlds[action.name]
    assert world.device is not None
    watching = {"userId": world.ada.user_id}
    if action.event is None:
        mongodb["sockets"].update_one(watching, {"$set": {"watching": [world.bob.user_id]}})
    began = time.monotonic()
    world.device.send(action.name, **action.frame(world))
    if lost.server == "mongodb" and not action.cached:
        error = world.device.expect("error")
        assert error["code"] == "unavailable"
        if "clientMessageId" in action.frame(world):
            assert error["clientMessageId"] == action.frame(world)["clientMessageId"]
    elif action.event is None:
        eventually(lambda: mongodb["sockets"].find_one({**watching, "watching": []}), what="the effect")
    else:
        (lost.bobs_device if action.at_bob else world.device).expect(action.event)
    assert time.monotonic() - began < SECONDS
    assert "error" not in world.device.unread()


def test_without_mongodb_nothing_is_half_done(
    lost: Outage, mongodb: Database[Stored], event_log: EventLog, system: RunningSystem
) -> None:
    """No event of what was refused, no push, and no document that was touched. (It comes after all calls.)"""
    if lost.server != "mongodb":
        pytest.skip("it is about MongoDB")
    assert lost.bobs_device.unread() <= {"typing"}
    for name, world in lost.worlds.items():
        ada = world.ada
        assert mongodb["messages"].count_documents({"fromUserId": ada.user_id}) == 0
        assert mongodb["connections"].count_documents({"_id": {"$regex": ada.user_id}}) == 1
        assert mongodb["sessions"].count_documents({"userId": ada.user_id}) == 1
        # The session is as good as before, and its user as he was, wherever MongoDB is up.
        profile = httpx.get(system.rest_url + "/api/profile", headers=ada.authorization)
        assert (profile.status_code, profile.json()["about"]) == (200, None), name
        caused = {event["eventType"] for event in event_log.of(ada.user_id)}
        assert caused <= {"USER_SIGNUP", "USER_ONLINE", "PROFILE_VIEW"} | NOTIFICATIONS, name


NOTIFICATIONS = {"CONNECTION_REQUEST_NOTIFICATION", "MESSAGE_NOTIFICATION"}
"""Those that Ada is sent because of what Bob did before."""


def call(route: Route, world: World) -> httpx.Response:
    return world.ada.http.request(
        route.method,
        route.url(world),
        params=route.params(world),
        json=route.body(world) if route.method != "GET" else None,
        headers=world.ada.authorization,
    )
