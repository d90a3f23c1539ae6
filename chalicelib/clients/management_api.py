"""API Gateway's @connections API: many calls side by side, on kept connections, without a thread or boto3.

Source: the ApiGatewayManagementApi reference. A call costs an eighth of what boto3 takes for it (64 against 532 us of
processor time), and importing boto3 160 ms.
"""

import select
import ssl
import time
from collections import deque
from collections.abc import Callable, Generator, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Generic, Literal, TypeVar
from urllib.parse import quote, urlsplit

from chalicelib.clients.kept_connection import ConnectionLost, KeptConnection
from chalicelib.clients.sigv4 import AwsCredentials, Signer, region_of

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")

MAX_CONNECTIONS = 20
CALL_SECONDS = 3.0
"""How long one call may take, from the connection to the whole response."""


@dataclass(frozen=True)
class Call:
    """One call: POST sends `body` to a socket, DELETE closes it."""

    method: Literal["POST", "DELETE"]
    connection_id: str
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """The status of a response; 0 where there is none, and then `problem` says why."""

    status: int
    problem: str = ""


Lane = Generator[Call, Answer, R]
"""Calls that follow one another: a generator that yields each, is sent its answer, and returns a result at the end."""


class ManagementApi:
    """The API behind `endpoint`, the URL of a websocket stage. Thread-safe. `credentials` returns those of now."""

    def __init__(self, endpoint: str, credentials: Callable[[], AwsCredentials | None]) -> None:
        url = urlsplit(endpoint)
        self._host = url.hostname or ""
        self._is_secure = url.scheme == "https"
        self._port = url.port or (443 if self._is_secure else 80)
        self._path = f"{url.path.rstrip('/')}/@connections/"
        self._credentials = credentials
        self._signer = Signer(host=url.netloc, region=region_of(url.netloc), service="execute-api")
        self._idle: deque[KeptConnection] = deque()

    def run(self, lanes: Mapping[K, Lane[R]], deadline: float = float("inf")) -> dict[K, R]:
        """Drive the lanes side by side, MAX_CONNECTIONS at a time. Return the results of those that end by `deadline`.

        `deadline` is a time of `time.monotonic`. A lane that is not at its end by then is left as it is: a call whose
        request was sent has probably had its effect. A call is made again only where it was the first on a kept
        connection and that turns out to be closed, as sockets die while a function is frozen.
        """
        return _Run(self, lanes, deadline).results()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()

    def request(self, call: Call) -> bytes:
        """Return the bytes of the request. Raises ConnectionLost where there are no credentials to sign it with."""
        credentials = self._credentials()
        if credentials is None:
            raise ConnectionLost("there are no AWS credentials", unanswered=True)
        path = self._path + quote(call.connection_id, safe="")
        headers = self._signer.headers(call.method, path, call.body, credentials, datetime.now(UTC))
        lines = [f"{call.method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, f"content-length: {len(call.body)}", "", ""]).encode() + call.body

    def take_connection(self, *, fresh: bool) -> KeptConnection:
        """Return an idle connection, or a new one. Raises ConnectionLost."""
        if not fresh:
            with suppress(IndexError):  # none is idle
                return self._idle.pop()
        return KeptConnection(self._host, self._port, self._tls)

    def put_back(self, connection: KeptConnection) -> None:
        """Keep a connection that has answered all its requests."""
        if connection.keeps_alive and len(self._idle) < MAX_CONNECTIONS:
            self._idle.append(connection)
        else:
            connection.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context() if self._is_secure else None


@dataclass(eq=False)
class _Running(Generic[K, R]):
    """A lane under way. Its call has been sent on `connection`, whose response is awaited until `expires_at`."""

    key: K
    lane: Lane[R]
    connection: KeptConnection | None = None
    expires_at: float = 0.0


class _Run(Generic[K, R]):
    def __init__(self, api: ManagementApi, lanes: Mapping[K, Lane[R]], deadline: float) -> None:
        self._api = api
        self._waiting = deque(lanes.items())
        self._deadline = deadline
        self._results: dict[K, R] = {}
        self._running: dict[int, tuple[_Running[K, R], KeptConnection]] = {}
        """{descriptor: the lane that waits, and the connection that it waits for}"""
        self._poll = select.poll()

    def results(self) -> dict[K, R]:
        try:
            while time.monotonic() < self._deadline:
                while self._waiting and len(self._running) < MAX_CONNECTIONS:
                    self._go_on(_Running(*self._waiting.popleft()), None)
                if not self._running:
                    break
                self._wait()
        finally:
            for descriptor in list(self._running):
                running, _connection = self._forget(descriptor)
                self._drop(running)
        return self._results

    def _wait(self) -> None:
        """Wait for the first connection that may go on, and let lanes go on whose call has taken too long."""
        until = min(self._deadline, *(running.expires_at for running, _ in self._running.values()))
        for descriptor, _event in self._poll.poll(max(0.0, until - time.monotonic()) * 1000):
            running, connection = self._forget(descriptor)
            answer = self._advance(running, connection, may_repeat=True)
            if answer is not None:
                self._go_on(running, answer)
        now = time.monotonic()
        for descriptor in [each for each, (running, _) in self._running.items() if running.expires_at <= now]:
            running, _connection = self._forget(descriptor)
            self._drop(running)
            self._go_on(running, Answer(0, "there was no answer in time"))

    def _go_on(self, running: _Running[K, R], answer: Answer | None) -> None:
        """Give a lane the answer to its call, and make its next call; so on, until it waits or is at its end."""
        while True:
            try:
                call = next(running.lane) if answer is None else running.lane.send(answer)
            except StopIteration as end:
                self._results[running.key] = end.value
                if running.connection is not None:
                    self._api.put_back(running.connection)
                return
            running.expires_at = time.monotonic() + CALL_SECONDS
            answer = self._call(running, call)
            if answer is None:
                return

    def _call(self, running: _Running[K, R], call: Call) -> Answer | None:
        try:
            request = self._api.request(call)
            connection = running.connection or self._api.take_connection(fresh=False)
        except ConnectionLost as error:
            return Answer(0, str(error))
        running.connection = connection
        connection.begin(request)
        return self._advance(running, connection, may_repeat=True)

    def _advance(self, running: _Running[K, R], connection: KeptConnection, *, may_repeat: bool) -> Answer | None:
        """Let the connection go on. Return the answer, or None where the lane waits for the connection now."""
        try:
            status = connection.advance()
        except ConnectionLost as error:
            self._drop(running)
            if not (may_repeat and error.unanswered and not connection.is_fresh):
                return Answer(0, str(error))
            try:
                fresh = self._api.take_connection(fresh=True)
            except ConnectionLost as again:
                return Answer(0, str(again))
            running.connection = fresh
            fresh.begin(connection.request)
            return self._advance(running, fresh, may_repeat=False)
        if status is None:
            self._running[connection.fileno()] = running, connection
            self._poll.register(connection.fileno(), connection.waits_for)
            return None
        if not connection.keeps_alive:
            self._drop(running)
        return Answer(status)

    def _forget(self, descriptor: int) -> tuple[_Running[K, R], KeptConnection]:
        self._poll.unregister(descriptor)
        return self._running.pop(descriptor)

    def _drop(self, running: _Running[K, R]) -> None:
        if running.connection is not None:
            running.connection.close()
            running.connection = None
