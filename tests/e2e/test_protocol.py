"""The examples of docs/protocol.md, as they stand there, on the running system."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from chalicelib.handlers.websocket import ACTIONS
from chalicelib.models.pushed import Pushed
from infra.local.running import RunningSystem
from tests.e2e.clients import Device, http_client, open_socket
from tests.support.addresses import email

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
ANY = "…"
PLACEHOLDER = re.compile(r"<[^<>]+>")

REQUEST = re.compile(r"(?P<who>\w+): (?P<method>GET|POST|PATCH|DELETE) (?P<path>\S+)(?: (?P<body>\{.*\}))?")
ANSWER = re.compile(r"(?P<who>\w+): (?P<status>\d{3})(?: (?P<body>\{.*\}))?")
FRAME = re.compile(r"(?P<device>(?P<who>\w+)'s \w+) (?P<way>->|<-) (?P<frame>\{.*\})")
SOCKET = re.compile(r"(?P<device>(?P<who>\w+)'s \w+) (?P<verb>opens a websocket|closes|is closed)")


class Reader:
    """Does what the lines of the examples say, and compares what comes back."""

    def __init__(self, system: RunningSystem, stack: ExitStack) -> None:
        self._system = system
        self._stack = stack
        self._http: dict[str, httpx.Client] = {}
        self._answers: dict[str, httpx.Response] = {}
        self._devices: dict[str, Device] = {}
        self._closing: dict[str, ExitStack] = {}
        self._known: dict[str, object] = {"<ada's email>": email(), "<bob's email>": email()}

    def read(self, line: str) -> None:
        for pattern, do in (
            (REQUEST, self._request),
            (ANSWER, self._answer),
            (FRAME, self._frame),
            (SOCKET, self._socket),
        ):
            match = pattern.fullmatch(line)
            if match:
                do(match)
                return
        raise AssertionError(f"not understood: {line}")

    def _request(self, line: re.Match[str]) -> None:
        body = self._filled(json.loads(line["body"])) if line["body"] else None
        client = self._client(line["who"])
        self._answers[line["who"]] = client.request(line["method"], line["path"], json=body)

    def _answer(self, line: re.Match[str]) -> None:
        answer = self._answers[line["who"]]
        assert answer.status_code == int(line["status"]), answer.text
        if line["body"]:
            self._compare(json.loads(line["body"]), answer.json())

    def _frame(self, line: re.Match[str]) -> None:
        device, frame = self._devices[line["device"]], json.loads(line["frame"])
        if line["way"] == "->":
            device.connection.send(json.dumps(self._filled(frame), ensure_ascii=False))
        else:
            self._compare(frame, device.expect(frame["event"]))

    def _socket(self, line: re.Match[str]) -> None:
        name = line["device"]
        if line["verb"] == "opens a websocket":
            ticket = self._client(line["who"]).post("/api/websocket-ticket", json={})
            self._closing[name] = self._stack.enter_context(ExitStack())
            self._devices[name] = self._closing[name].enter_context(open_socket(ticket.json()["url"]))
        elif line["verb"] == "closes":
            self._closing[name].close()
        else:
            self._devices[name].closed_with()

    def _client(self, who: str) -> httpx.Client:
        """It keeps the cookie of the login, as a browser does."""
        if who not in self._http:
            self._http[who] = self._stack.enter_context(http_client(self._system.rest_url))
        return self._http[who]

    def _filled(self, value: Any) -> Any:  # Any: JSON
        if isinstance(value, dict):
            return {name: self._filled(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        return self._known[value] if isinstance(value, str) and PLACEHOLDER.fullmatch(value) else value

    def _compare(self, expected: Any, found: Any) -> None:  # Any: JSON
        if expected == ANY:
            return
        if isinstance(expected, dict):
            assert set(found) == set(expected), found
            for name, item in expected.items():
                self._compare(item, found[name])
        elif isinstance(expected, list):
            assert len(found) == len(expected), found
            for item, other in zip(expected, found, strict=True):
                self._compare(item, other)
        elif isinstance(expected, str) and PLACEHOLDER.fullmatch(expected):
            assert self._known.setdefault(expected, found) == found
        else:
            assert found == expected


def examples() -> Iterator[str]:
    for block in re.findall(r"^```session\n(.*?)^```$", PROTOCOL.read_text(), re.MULTILINE | re.DOTALL):
        yield from block.splitlines()


@pytest.mark.usefixtures("environment")
def test_every_example_is_what_happens(system: RunningSystem) -> None:
    lines = list(examples())
    assert len(lines) > 30
    with ExitStack() as stack:
        reader = Reader(system, stack)
        for line in lines:
            reader.read(line)


def test_every_action_and_event_is_explained() -> None:
    """By its name, at least: what a client can send or receive is found in this document."""
    text = PROTOCOL.read_text()
    names = {str(frame.__struct_config__.tag) for frame in ACTIONS}
    names |= {str(event.__struct_config__.tag) for event in Pushed.__subclasses__()}
    assert not {name for name in names if f'"{name}"' not in text and f"`{name}`" not in text}
