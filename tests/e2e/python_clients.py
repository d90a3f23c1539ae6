"""The Python client with short timings, and functions that wait for its next event."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from devconnect_client import Client, Event, Message, Session, Timings
from tests.e2e.clients import PATIENCE, Person

E = TypeVar("E", bound=Event)
QUICK = Timings(heartbeat=0.5, polling=0.5, answer=5.0, gap=0.05)


def client_of(person: Person, known: Mapping[str, int] = MappingProxyType({}), timings: Timings = QUICK) -> Client:
    return Client(str(person.http.base_url), Session(person.user_id, person.token), known=known, timings=timings)


async def first(client: Client, kind: type[E], **fields: object) -> E:
    """Returns the next event of a kind with these fields. Raises AssertionError or TimeoutError where none comes."""
    async with asyncio.timeout(PATIENCE):
        async for event in client:
            if isinstance(event, kind) and fields.items() <= vars(event).items():
                return event
    raise AssertionError("the client was closed")


def post(sender: Person, receiver: Person, text: str) -> None:
    assert sender.post("/api/messages", {"toUserId": receiver.user_id, "message": text}).status_code == 201


async def texts(client: Client, count: int) -> list[str]:
    return [(await first(client, Message)).text for _ in range(count)]
