"""What the parts of `make demo` share: users, their mails and devices, and lines that say what they did."""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from examples.devconnect_client import Client, Connected, Message, Rest, Session

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


async def mailed_token(mails: Path, email_id: str) -> str:
    """Wait for the mail to this address, and return the token of its link. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while (token := _token_of(mails, email_id)) is None:  # noqa: ASYNC110 - nothing tells of a new file
            await asyncio.sleep(0.1)
        return token


def _token_of(mails: Path, email_id: str) -> str | None:
    for mail in [path.read_text() for path in mails.glob("*.json")]:
        token = re.search(r"#verify=([\w-]+)", mail)
        if email_id in mail and token:
            return token[1]
    return None


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
