"""Each operation while one server is lost: with Redis or Kafka down it works, with MongoDB down it is a clear 503.

Without MongoDB, Redis alone still answers what it holds. A server is lost in two manners: it refuses connections, or it
hangs. One of the lost servers is a master of a Redis Cluster: its keys are then read from MongoDB.
"""

from typing import Any

import pytest
from pymongo.database import Database

from app import app
from chalicelib.handlers.websocket import ACTIONS as ACTIONS_OF_THE_APP
from tests.resilience.degraded.operations import ACTIONS, CLOSING, OPENINGS, ROUTES, Action, Route, call
from tests.resilience.degraded.outages import TOGETHER, Outage
from tests.support.waiting import eventually

Stored = dict[str, Any]  # Any: BSON


def test_no_operation_is_left_out() -> None:
    routes = {(method, path) for path, methods in app.routes.items() for method in methods if method != "OPTIONS"}
    assert {(route.method, route.path) for route in ROUTES} == routes
    assert {action.action for action in ACTIONS} == {str(frame.__struct_config__.tag) for frame in ACTIONS_OF_THE_APP}
    # API Gateway calls these routes, not a client by their names: test_opening_and_closing.py tests them.
    by_api_gateway = {name.partition(" ")[0] for name in (CLOSING.name, *(opening.name for opening in OPENINGS))}
    assert by_api_gateway == set(app.websocket_handlers) - {"$default"}
    assert set().union(*TOGETHER) <= {*(route.name for route in ROUTES), *(action.name for action in ACTIONS)}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_works_or_is_a_503(lost: Outage, route: Route) -> None:
    world = lost.worlds[route.name]
    with lost.timed(route.name):
        answer = call(route, world, route.body(world))
    if lost.server == "mongodb" and not route.cached:
        assert answer.status_code == 503, answer.text
        if route.path != "/api/health/ready":
            assert answer.json()["code"] == "unavailable"
    else:
        assert answer.status_code == route.status, answer.text


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action_works_or_is_an_unavailable_error(lost: Outage, action: Action, mongodb: Database[Stored]) -> None:
    world = lost.worlds[action.name]
    assert world.device is not None
    watching = {"userId": world.ada.user_id}
    if action.event is None:
        mongodb["sockets"].update_one(watching, {"$set": {"watching": [world.bob.user_id]}})
    with lost.timed(action.name):
        world.device.send(action.action, **action.frame(world))
        if lost.server == "mongodb" and not action.cached:
            error = world.device.expect("error")
            assert error["code"] == "unavailable"
            if "clientMessageId" in action.frame(world):
                assert error["clientMessageId"] == action.frame(world)["clientMessageId"]
        elif action.event is None:
            eventually(lambda: mongodb["sockets"].find_one({**watching, "watching": []}), what="the effect")
        else:
            (lost.bobs_device if action.at_bob else world.device).expect(action.event)
    assert "error" not in world.device.unread()
