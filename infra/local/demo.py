"""`make demo`: two users sign up, see each other online and talk on three devices, line by line with times."""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, TypeVar

import click
import httpx
from kafka import KafkaConsumer
from websockets.sync.client import ClientConnection, connect

from chalicelib.events.topics import EVENT_TOPICS
from infra.local.environment import read_exports
from infra.local.errors import LocalError
from infra.local.processes import read_processes
from infra.local.running import running_system
from infra.local.state import StateDirectory

T = TypeVar("T")
Json = dict[str, Any]  # Any: JSON as a client sees it

_PATIENCE = 10.0


class _User:
    """A user of the demo, who knows the system by its address alone."""

    def __init__(self, rest_url: str, first_name: str) -> None:
        self.first_name = first_name
        self._http = httpx.Client(base_url=rest_url, timeout=_PATIENCE)
        self.user_id = ""

    def sign_up(self) -> str:
        body = {
            "firstName": self.first_name,
            "lastName": "Demo",
            "emailId": f"{self.first_name.lower()}-{secrets.token_hex(4)}@example.org",
            "password": secrets.token_urlsafe(12),
        }
        self.user_id = self._call("POST", "/api/signup", body)["userId"]
        return f"userId {self.user_id}, {body['emailId']}"

    def websocket_url(self) -> str:
        """An address with a ticket in it, which opens one websocket."""
        return str(self._call("POST", "/api/websocket-ticket")["url"])

    def is_online(self, other: "_User") -> bool:
        [state] = self._call("GET", f"/api/presence?userIds={other.user_id}")["presence"]
        return bool(state["online"])

    def history_with(self, other: "_User") -> list[Json]:
        return list(self._call("GET", f"/api/messages/{other.user_id}")["messages"])

    def close(self) -> None:
        self._http.close()

    def _call(self, method: str, path: str, body: Json | None = None) -> Json:
        answer = self._http.request(method, path, json=body or {}) if method == "POST" else self._http.get(path)
        if answer.is_error:
            raise LocalError(f"{method} {path} was answered with {answer.status_code}: {answer.text}")
        return dict(answer.json())


def run_demo(state: StateDirectory) -> None:
    """Show the main job on the system that runs, or on one that is started for it.

    Raises LocalError where the system does not start, or does not do what it should.
    """
    started_at = time.monotonic()
    with _system(state) as (rest_url, environment), ExitStack() as stack:
        log = stack.enter_context(_event_log(environment))
        ada, bob = (stack.enter_context(_closing(_User(rest_url, name))) for name in ("Ada", "Bob"))
        sockets = _sign_up_and_connect(ada, bob, stack)
        _talk(ada, bob, sockets)
        for socket in sockets.values():
            socket.close()
        _step("Ada sees that Bob is offline", lambda: _until(lambda: not ada.is_online(bob)))
        _show_events(log, {ada.user_id: "Ada", bob.user_id: "Bob"})
    click.echo(f"The demo took {time.monotonic() - started_at:.1f} s.")


def _sign_up_and_connect(ada: _User, bob: _User, stack: ExitStack) -> dict[str, ClientConnection]:
    for user in (ada, bob):
        _step(f"{user.first_name} signs up", user.sign_up, say=str)
    sockets = {}
    for user, device in ((ada, "phone"), (ada, "laptop"), (bob, "tablet")):
        name = f"{user.first_name}'s {device}"
        sockets[name] = _step(f"{name} opens a websocket with a ticket", partial(_open_socket, user, stack))
    _step("Ada asks for Bob's presence", lambda: ada.is_online(bob), say=_online("Bob"))
    _step("Bob asks for Ada's presence", lambda: bob.is_online(ada), say=_online("Ada"))
    return sockets


def _open_socket(user: _User, stack: ExitStack) -> ClientConnection:
    return stack.enter_context(connect(user.websocket_url(), compression=None))


def _talk(ada: _User, bob: _User, sockets: Mapping[str, ClientConnection]) -> None:
    lines = (
        ("Ada's phone", bob, "Hello Bob! 👋"),
        ("Bob's tablet", ada, "How is the engine?"),
        ("Ada's phone", bob, "It hums."),
    )
    for number, (sender, receiver, text) in enumerate(lines, start=1):
        frame = {
            "action": "private-message",
            "toUserId": receiver.user_id,
            "message": text,
            "clientMessageId": str(number),
        }
        started_at = time.monotonic()
        sockets[sender].send(json.dumps(frame, ensure_ascii=False))
        ack = _receive(sockets[sender])
        _line(started_at, f"{sender} sends “{text}”", f"ack, seq {ack['seq']}")
        for name, socket in sockets.items():
            if name != sender:
                pushed = _receive(socket)
                _line(started_at, f"    {name} receives it", f"“{pushed['message']}”, seq {pushed['seq']}")
    _step("Bob reads the history", lambda: bob.history_with(ada), say=lambda history: f"{len(history)} messages")


def _show_events(log: KafkaConsumer, names: Mapping[str, str]) -> None:
    """The events in Kafka: of two signups, of three sockets that came and went, and of three messages."""
    expected = 2 + 3 + 3 + 3
    click.echo("Kafka, meanwhile:")
    shown = 0
    deadline = time.monotonic() + _PATIENCE
    while shown < expected and time.monotonic() < deadline:
        for records in log.poll(timeout_ms=200).values():
            for record in records:
                event = json.loads(record.value)
                if event["userId"] in names:
                    shown += 1
                    where = f"{record.topic}[{record.partition}] offset {record.offset}"
                    click.echo(f"{'':10}  {event['eventType']:14} of {names[event['userId']]:3}  {where}")
    if shown < expected:
        raise LocalError(f"Only {shown} of {expected} events came to Kafka.")


@contextmanager
def _system(state: StateDirectory) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(the base of the REST URLs, the environment that leads to the servers) of the system."""
    gateways = [entry.address for entry in read_processes(state) if entry.name == "gateway"]
    if gateways:
        click.echo(f"The system runs already: {gateways[0]}")
        yield gateways[0], read_exports(state)
    else:
        click.echo("The system does not run: starting it for the demo.")
        with running_system(state.path, say=click.echo) as system:
            yield system.rest_url, system.environment
            click.echo("Stopping the system.")


@contextmanager
def _event_log(environment: Mapping[str, str]) -> Iterator[KafkaConsumer]:
    """A reader of what is published from now on, beside the consumer group."""
    version = environment.get("KAFKA_API_VERSION")
    consumer = KafkaConsumer(
        *EVENT_TOPICS,
        bootstrap_servers=environment["KAFKA_BOOTSTRAP_SERVERS"].split(","),
        api_version=tuple(map(int, version.split("."))) if version else None,
        auto_offset_reset="latest",
        enable_auto_commit=False,
    )
    while not consumer.assignment():
        consumer.poll(timeout_ms=100)
    for partition in consumer.assignment():
        consumer.position(partition)  # "latest" is looked up now, not at the first record
    try:
        yield consumer
    finally:
        consumer.close()


@contextmanager
def _closing(user: _User) -> Iterator[_User]:
    try:
        yield user
    finally:
        user.close()


def _step(what: str, action: Callable[[], T], say: Callable[[T], str] = lambda _result: "") -> T:
    started_at = time.monotonic()
    result = action()
    _line(started_at, what, say(result))
    return result


def _line(started_at: float, what: str, result: str) -> None:
    click.echo(f"{(time.monotonic() - started_at) * 1000:7.0f} ms  {what:45}  {result}".rstrip())


def _online(name: str) -> Callable[[bool], str]:
    return lambda online: f"{name} is {'online' if online else 'offline'}"


def _receive(socket: ClientConnection) -> Json:
    return dict(json.loads(socket.recv(timeout=_PATIENCE)))


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise LocalError("It did not become true in time.")
        time.sleep(0.01)
