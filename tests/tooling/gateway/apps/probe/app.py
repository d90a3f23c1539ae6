"""An app with every kind of function, which does what the tests request. It keeps websocket events in PROBE_DIR."""

import functools
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import snapshot_restore_py
from chalice.app import Chalice, Request, Response, WebsocketEvent
from chalicelib.version import VERSION  # type: ignore[import-not-found]  # this app's own, beside it
from localstack_client.session import Session

app = Chalice("probe")
app.api.binary_types.append("image/png")
ticks: list[float] = []
called: list[str] = []


@app.route("/api/version")
def version() -> dict[str, object]:
    return {"version": VERSION, "pid": os.getpid()}


@app.route("/api/echo/{name}", methods=["GET", "POST"])
def echo(name: str) -> dict[str, object]:
    request = _request()
    body = request.raw_body if isinstance(request.raw_body, str) else request.raw_body.decode()
    return {"name": name, "query": _query(), "body": body, "context": request.context}


@app.route("/api/cookies")
def cookies() -> Response:
    return Response("", status_code=201, headers={"Set-Cookie": ["a=1", "b=2"]})


@app.route("/api/image")
def image() -> Response:
    return Response(b"\x89PNG\xff", headers={"Content-Type": "image/png"})


@app.route("/api/environment")
def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "WEBSOCKET_"))}


@app.route("/api/print/{line}", methods=["GET", "POST"])
def print_line(line: str) -> str:
    print(line)  # noqa: T201 - what a function prints is the gateway's output
    return ""


@app.route("/api/die")
def die() -> None:
    os._exit(1)


@app.route("/api/wait")
def wait() -> dict[str, str]:
    _wait_for(_query()["path"])
    return {"version": VERSION}


@app.route("/api/ticks", methods=["GET", "POST"])
def all_ticks() -> list[float]:
    """Leaves work behind in a thread on POST. Returns the times of the steps of that work."""
    if _request().method == "POST":
        threading.Thread(target=_tick, daemon=True).start()
    return ticks


def _tick() -> None:
    while True:
        ticks.append(time.monotonic())
        time.sleep(0.001)


@app.on_ws_connect()
def connect(event: WebsocketEvent) -> dict[str, object]:
    raw = event.to_dict()
    _keep(raw, "connect")
    query = raw.get("queryStringParameters", {})
    if "wait" in query:
        _wait_for(query["wait"])
    if "raise" in query:
        raise LookupError("asked to")
    if "push" in query:
        _management_api().post_to_connection(ConnectionId=event.connection_id, Data=b"too early")
    if protocol := raw["headers"].get("sec-websocket-protocol"):
        return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": protocol.split(",")[0]}}
    return {"statusCode": int(query.get("status", "200")), "body": "not for the client"}


@app.on_ws_message()
def message(event: WebsocketEvent) -> dict[str, object]:
    request = json.loads(event.body)
    ACTIONS[request["do"]](event, request)
    return {"statusCode": 200, "body": "not for the client"}


@app.on_ws_disconnect()
def disconnect(event: WebsocketEvent) -> None:
    _keep(event.to_dict(), "disconnect")


def _push_event(event: WebsocketEvent, _request: dict[str, str]) -> None:
    _push(event, json.dumps(event.to_dict()))


def _push_text(event: WebsocketEvent, request: dict[str, str]) -> None:
    _push(event, request["text"])


def _push_after(event: WebsocketEvent, request: dict[str, str]) -> None:
    _wait_for(request["path"])
    _push(event, request["path"])


def _raise(_event: WebsocketEvent, _request: dict[str, str]) -> None:
    raise LookupError("asked to")


def _die(_event: WebsocketEvent, _request: dict[str, str]) -> None:
    os._exit(1)


ACTIONS: dict[str, Callable[[WebsocketEvent, dict[str, str]], None]] = {
    "event": _push_event,
    "push": _push_text,
    "push-after": _push_after,
    "raise": _raise,
    "die": _die,
}


def _push(event: WebsocketEvent, text: str) -> None:
    _management_api().post_to_connection(ConnectionId=event.connection_id, Data=text.encode())


class ManagementApi(Protocol):
    """The part of boto3's client that this app uses; boto3 makes its class at run time."""

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> object: ...  # noqa: N803 - boto3's names


@functools.cache
def _management_api() -> ManagementApi:
    """Returns boto3's client as the project makes it, opened at the first call."""
    host = os.environ["WEBSOCKET_ENDPOINT"].removeprefix("http://")
    client: ManagementApi = Session(localstack_host=host).client("apigatewaymanagementapi")
    return client


def _request() -> Request:
    assert app.current_request
    return app.current_request


def _query() -> dict[str, str]:
    return dict(_request().query_params or {})


def _keep(event: dict[str, dict[str, str]], name: str) -> None:
    """Writes the event in one step, so that a test that waits for the file never reads half of it."""
    path = Path(os.environ["PROBE_DIR"], f"{name}-{event['requestContext']['connectionId']}.json")
    path.with_suffix(".part").write_text(json.dumps(event))
    path.with_suffix(".part").rename(path)


def _wait_for(path: str) -> None:
    while not Path(path).exists():
        time.sleep(0.002)


@app.route("/api/hooks")
def hooks() -> dict[str, object]:
    return {"pid": os.getpid(), "called": called}


def _called(name: str) -> None:
    called.append(f"{name} in {os.getpid()}")


snapshot_restore_py.register_before_snapshot(_called, "before the snapshot")
snapshot_restore_py.register_after_restore(_called, name="after the restore")
