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
from tests.support.verified import verify

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
ANY = "…"
PLACEHOLDER = re.compile(r"<[^<>]+>")

REQUEST = re.compile(r"(?P<user>\w+): (?P<method>GET|POST|PATCH|DELETE) (?P<path>\S+)(?: (?P<body>\{.*\}))?")
RESPONSE = re.compile(r"(?P<user>\w+): (?P<status>\d{3})(?: (?P<body>\{.*\}))?")
FRAME = re.compile(r"(?P<device>\w+'s \w+) (?P<direction>->|<-) (?P<frame>\{.*\})")
SOCKET = re.compile(r"(?P<device>(?P<user>\w+)'s \w+) (?P<verb>opens a websocket|closes|is closed)")


class ExampleRunner:
    """Runs the lines of the examples, and compares the responses and frames that arrive with those on the page."""

    def __init__(self, system: RunningSystem, stack: ExitStack) -> None:
        self._system = system
        self._stack = stack
        self._http: dict[str, httpx.Client] = {}
        self._responses: dict[str, httpx.Response] = {}
        self._devices: dict[str, Device] = {}
        self._closing: dict[str, ExitStack] = {}
        self._values: dict[str, object] = {f"<{name}'s email>": email() for name in ("ada", "bob", "carol")}

    def run(self, line: str) -> None:
        for pattern, run_line in (
            (REQUEST, self._send_request),
            (RESPONSE, self._check_response),
            (FRAME, self._send_or_check_frame),
            (SOCKET, self._open_or_close_socket),
        ):
            match = pattern.fullmatch(line)
            if match:
                run_line(match)
                return
        raise AssertionError(f"not understood: {line}")

    def _send_request(self, line: re.Match[str]) -> None:
        body = self._fill_placeholders(json.loads(line["body"])) if line["body"] else None
        client = self._client(line["user"])
        path = PLACEHOLDER.sub(lambda named: str(self._values[named[0]]), line["path"])
        self._responses[line["user"]] = client.request(line["method"], path, json=body)
        if line["path"] == "/api/signup" and body:
            # Both have followed their links.
            verify(self._system.environment["MONGODB_URI"], str(body["emailId"]), asked_first=True)

    def _check_response(self, line: re.Match[str]) -> None:
        response = self._responses[line["user"]]
        assert response.status_code == int(line["status"]), response.text
        if line["body"]:
            self._compare(json.loads(line["body"]), response.json())

    def _send_or_check_frame(self, line: re.Match[str]) -> None:
        device, frame = self._devices[line["device"]], json.loads(line["frame"])
        if line["direction"] == "->":
            device.connection.send(json.dumps(self._fill_placeholders(frame), ensure_ascii=False))
        else:
            self._compare(frame, device.expect(frame["event"]))

    def _open_or_close_socket(self, line: re.Match[str]) -> None:
        name = line["device"]
        if line["verb"] == "opens a websocket":
            ticket = self._client(line["user"]).post("/api/websocket-ticket", json={})
            self._closing[name] = self._stack.enter_context(ExitStack())
            self._devices[name] = self._closing[name].enter_context(open_socket(ticket.json()["url"]))
        elif line["verb"] == "closes":
            self._closing[name].close()
        else:
            self._devices[name].closed_with()

    def _client(self, user: str) -> httpx.Client:
        """The client of a user, which keeps the cookie of the login as a browser does."""
        if user not in self._http:
            self._http[user] = self._stack.enter_context(http_client(self._system.rest_url))
        return self._http[user]

    def _fill_placeholders(self, value: Any) -> Any:  # Any: JSON
        if isinstance(value, dict):
            return {name: self._fill_placeholders(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._fill_placeholders(item) for item in value]
        return self._values[value] if isinstance(value, str) and PLACEHOLDER.fullmatch(value) else value

    def _compare(self, expected: Any, actual: Any) -> None:  # Any: JSON
        if expected == ANY:
            return
        if isinstance(expected, dict):
            assert set(actual) == set(expected), actual
            for name, item in expected.items():
                self._compare(item, actual[name])
        elif isinstance(expected, list):
            assert len(actual) == len(expected), actual
            for expected_item, actual_item in zip(expected, actual, strict=True):
                self._compare(expected_item, actual_item)
        elif isinstance(expected, str) and PLACEHOLDER.fullmatch(expected):
            assert self._values.setdefault(expected, actual) == actual
        else:
            assert actual == expected


def example_lines() -> Iterator[str]:
    for block in re.findall(r"^```session\n(.*?)^```$", PROTOCOL.read_text(), re.MULTILINE | re.DOTALL):
        yield from block.splitlines()


@pytest.mark.usefixtures("environment")
def test_the_system_behaves_as_every_example_says(system: RunningSystem) -> None:
    lines = list(example_lines())
    assert len(lines) > 30
    with ExitStack() as stack:
        runner = ExampleRunner(system, stack)
        for line in lines:
            runner.run(line)


def test_every_action_and_event_is_explained() -> None:
    """Only the names are checked: each action and each event must occur on the page."""
    text = PROTOCOL.read_text()
    names = {str(frame.__struct_config__.tag) for frame in ACTIONS}
    names |= {str(event.__struct_config__.tag) for event in Pushed.__subclasses__()}
    assert not {name for name in names if f'"{name}"' not in text and f"`{name}`" not in text}
