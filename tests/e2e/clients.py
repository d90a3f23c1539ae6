"""Clients of the running system that use HTTP and websockets alone, as any user's client does."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.support.addresses import address, email
from tests.support.system import Reachable
from tests.support.verified import verify

PASSWORD = "correct horse"
PATIENCE = 30.0
"""Seconds within which a response or a push must arrive."""

TLS = httpx.create_ssl_context()
"""Shared by all clients, also in benchmarks, which run without conftest.py: loading the authorities takes 20 ms."""

Json = dict[str, Any]  # Any: JSON as a client sees it


def http_client(base_url: str, source: str | None = None) -> httpx.Client:
    """Returns a client with a source address of its own, and so with rate limits of its own.

    The connection is made from that address. MiniStack takes the address from the header, which API Gateway's edge
    would write; no code of this project reads that header.
    """
    source = source or address()
    transport = httpx.HTTPTransport(local_address=source, verify=TLS)
    return httpx.Client(base_url=base_url, transport=transport, timeout=PATIENCE, headers={"X-Forwarded-For": source})


class Device:
    """An open websocket. It keeps the events that no test has waited for yet, in their order."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._unread: list[Json] = []

    def send(self, action: str, **fields: object) -> None:
        self.connection.send(json.dumps({"action": action, **fields}, ensure_ascii=False))

    def expect(self, event: str, **fields: object) -> Json:
        """Returns the first event of this kind with these fields. Raises AssertionError where none arrives."""
        deadline = time.monotonic() + PATIENCE
        expected = {"event": event, **fields}
        while True:
            for frame in self._unread:
                if expected.items() <= frame.items():
                    self._unread.remove(frame)
                    return frame
            try:
                self._unread.append(json.loads(self.connection.recv(timeout=max(0.0, deadline - time.monotonic()))))
            except TimeoutError:
                raise AssertionError(f"no {expected} arrived, but {self._unread}") from None

    def received(self, event: str) -> list[Json]:
        """Returns the events of this kind that have arrived by now and that no test has waited for."""
        self._read_all()
        return self.kept(event)

    def kept(self, event: str) -> list[Json]:
        """Returns those of them that were read already, also after the socket has closed."""
        return [frame for frame in self._unread if frame["event"] == event]

    def unread(self) -> set[str]:
        """Returns the kinds of the events that have arrived by now and that no test has waited for."""
        self._read_all()
        return {frame["event"] for frame in self._unread}

    def forget(self) -> None:
        """Drops the events that have arrived by now."""
        self._read_all()
        self._unread.clear()

    def _read_all(self) -> None:
        """Reads up to the response to an unknown action: a round trip that needs no server but Redis."""
        self.send("nothing")
        self.expect("error", code="bad_request")

    def closed_with(self) -> int:
        """Waits until the socket closes, and returns its close code."""
        with suppress(ConnectionClosed):
            while True:
                self._unread.append(json.loads(self.connection.recv(timeout=PATIENCE)))
        assert self.connection.close_code is not None
        return self.connection.close_code


@contextmanager
def open_socket(url: str, headers: dict[str, str] | None = None, origin: str | None = None) -> Iterator[Device]:
    parts = urlsplit(url)
    sock = socket.create_connection((parts.hostname, parts.port), timeout=PATIENCE, source_address=(address(), 0))
    with connect(url, sock=sock, additional_headers=headers, origin=origin, compression=None) as connection:  # type: ignore[arg-type] # Origin is a str
        yield Device(connection)


@dataclass
class Person:
    """A signed-up user with a session."""

    http: httpx.Client
    websocket_url: str
    email_id: str
    user_id: str
    token: str
    authorization: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.authorization = {"Authorization": f"Bearer {self.token}"}

    @property
    def session_id(self) -> str:
        claims: Json = jwt.decode(self.token, options={"verify_signature": False})
        return str(claims["jti"])

    def get(self, path: str, **params: str | int) -> httpx.Response:
        return self.http.get(path, params=params, headers=self.authorization)

    def post(self, path: str, body: object = None) -> httpx.Response:
        return self.http.post(path, json=body if body is not None else {}, headers=self.authorization)

    def patch(self, path: str, body: object) -> httpx.Response:
        return self.http.patch(path, json=body, headers=self.authorization)

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(path, headers=self.authorization)

    def log_in_again(self) -> "Person":
        """Returns the same user on another device, with a session of its own."""
        answer = self.http.post("/api/login", json={"emailId": self.email_id, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return Person(self.http, self.websocket_url, self.email_id, self.user_id, answer.json()["token"])

    @contextmanager
    def device(self) -> Iterator[Device]:
        with open_socket(self.websocket_url, self.authorization) as device:
            yield device

    def is_online(self, other: "Person") -> bool:
        [state] = self.get("/api/presence", userIds=other.user_id).json()["presence"]
        return bool(state["online"])


def sign_up(system: Reachable, first_name: str = "Ada", *, verified: bool = True, asked_first: bool = False) -> Person:
    """A new user, logged in. Their address is confirmed by hand, unless they shall not be `verified`.

    They take the messages of strangers then, unless they shall be `asked_first`, as everybody is who has signed up.
    """
    client = http_client(system.rest_url)
    login = {"emailId": email(), "password": PASSWORD}
    answer = client.post("/api/signup", json={"firstName": first_name, "lastName": "Lovelace", **login})
    assert answer.status_code == 202, answer.text
    if verified:
        verify(system.environment["MONGODB_URI"], login["emailId"], asked_first=asked_first)
    session = client.post("/api/login", json=login)
    assert session.status_code == 200, session.text
    client.cookies.clear()
    return Person(client, system.websocket_url, login["emailId"], session.json()["userId"], session.json()["token"])
