"""The two clients of this project, behind one interface, so that one suite tests both."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from types import TracebackType
from typing import Protocol, Self

from devconnect_client import Client, Event, Message, Session, Timings
from tests.support.typescript.client import NodeClient
from tests.support.typescript.host import running_host


class AnyClient(Protocol):
    """One device of a user: see devconnect_client.Client."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, type_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    async def send(self, to_user_id: str, text: str, reply_to: int | None = None) -> Message: ...

    def watch(self, user_ids: Iterable[str]) -> None: ...

    def __aiter__(self) -> Self: ...

    async def __anext__(self) -> Event: ...


class NewClient(Protocol):
    """Makes a client that is not started yet."""

    def __call__(
        self, base_url: str, session: Session, *, websocket_url: str | None = None, timings: Timings
    ) -> AnyClient: ...


Clients = Callable[[], AbstractAsyncContextManager[NewClient]]
"""One kind of client: a context in which clients are made."""


@asynccontextmanager
async def python_clients() -> AsyncIterator[NewClient]:
    yield Client


@asynccontextmanager
async def typescript_clients() -> AsyncIterator[NewClient]:
    """They run in one Node process."""
    async with running_host() as host:
        yield partial(NodeClient, host)


CLIENTS: Mapping[str, Clients] = {"python": python_clients, "typescript": typescript_clients}
