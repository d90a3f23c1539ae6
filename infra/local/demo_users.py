"""What the parts of `make demo` share: users, their devices, and lines that say what they did."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TypeVar

import click

from devconnect_client import Client, Connected, Message, Rest, Session

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds that the demo waits for anything."""


@dataclass
class DemoUser:
    """A user of the demo, who needs nothing but the address of the REST API."""

    first_name: str
    email_id: str
    password: str
    session: Session
    rest: Rest

    def __str__(self) -> str:
        return f"userId {self.session.user_id}, {self.email_id}"

    async def is_online(self, other: "DemoUser") -> bool:
        return await self.rest.is_online(other.session.user_id)

    async def history_with(self, other: "DemoUser") -> list[Message]:
        messages, _ = await self.rest.history(other.session.user_id)
        return messages


async def sign_up(rest_url: str, first_name: str, stack: AsyncExitStack) -> DemoUser:
    email_id = f"{first_name.lower()}-{secrets.token_hex(4)}@example.org"
    async with Rest(rest_url) as rest:
        password = secrets.token_urlsafe(12)
        await rest.sign_up(email_id, password, first_name, "Demo")
        session = await rest.log_in(email_id, password)
    return DemoUser(first_name, email_id, password, session, await stack.enter_async_context(Rest(rest_url, session)))


async def opened(client: Client, stack: AsyncExitStack) -> Client:
    await stack.enter_async_context(client)
    async with asyncio.timeout(PATIENCE):
        async for event in client:
            if isinstance(event, Connected):
                break
    return client


async def step(what: str, action: Awaitable[T], say: Callable[[T], str] = lambda _result: "") -> T:
    started_at = time.monotonic()
    result = await action
    line(started_at, what, say(result))
    return result


def line(started_at: float, what: str, result: str) -> None:
    click.echo(f"{(time.monotonic() - started_at) * 1000:7.0f} ms  {what:45}  {result}".rstrip())
