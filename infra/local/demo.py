"""`make demo`: two users sign up, see each other online and talk on three devices; each step is printed and timed."""

import asyncio
import json
import re
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click
from kafka import KafkaConsumer

from chalicelib.clients.kafka.options import kafka_options
from chalicelib.events.topics import EVENT_TOPICS
from chalicelib.wiring import load_settings
from examples.devconnect_client import Changed, Client, Connected, DevConnectError, Message, Rest, Session
from infra.local.environment import read_exports
from infra.local.errors import LocalError
from infra.local.processes import read_processes
from infra.local.running import running_system
from infra.local.state import StateDirectory

T = TypeVar("T")

_PATIENCE = 10.0

EVENTS = {
    (name, event): count
    for name, devices, messages in (("Ada", 2, 2), ("Bob", 1, 1))
    for event, count in (
        ("USER_SIGNUP", 1),
        ("USER_LOGIN", 1),
        ("PROFILE_UPDATED", 1),
        ("USER_ONLINE", devices),
        ("MESSAGE_SENT", messages),
        ("MESSAGE_ANALYTICS", messages),
        ("USER_OFFLINE", devices),
    )
} | {("Ada", "MESSAGE_EDITED"): 1, ("Bob", "MESSAGE_REACTED"): 1}
"""How many events must arrive in Kafka, by (first name of the user, event type)."""


@dataclass
class _User:
    """A user of the demo, who needs nothing but the address of the REST API."""

    first_name: str
    email_id: str
    session: Session
    rest: Rest

    def __str__(self) -> str:
        return f"userId {self.session.user_id}, {self.email_id}"

    async def is_online(self, other: "_User") -> bool:
        return await self.rest.is_online(other.session.user_id)

    async def history_with(self, other: "_User") -> list[Message]:
        messages, _ = await self.rest.history(other.session.user_id)
        return messages


def run_demo(state: StateDirectory) -> None:
    """Run the demo on the running system, or on one that is started for it.

    Raises LocalError if the system does not start or does not behave as it should.
    """
    started_at = time.monotonic()
    with _system(state) as (rest_url, environment), _event_log(environment) as log:
        try:
            names = asyncio.run(_show_users(rest_url, state.mail))
        except (DevConnectError, TimeoutError) as error:
            raise LocalError(f"The demo failed: {error!r}") from error
        _show_events(log, names)
    click.echo(f"The demo took {time.monotonic() - started_at:.1f} s.")


async def _show_users(rest_url: str, mails: Path) -> dict[str, str]:
    """Returns {userId: first name}. Raises DevConnectError, TimeoutError."""
    async with AsyncExitStack() as stack:
        ada, bob = [
            await _step(f"{name} signs up and logs in", _sign_up(rest_url, name, stack), say=str)
            for name in ("Ada", "Bob")
        ]
        for user in (ada, bob):
            confirming = user.rest.confirm_address(await _mailed_token(mails, user.email_id))
            await _step(f"{user.first_name} confirms their address with the mail's link", confirming)
        async with AsyncExitStack() as devices:
            clients = {}
            for user, device in ((ada, "phone"), (ada, "laptop"), (bob, "tablet")):
                name = f"{user.first_name}'s {device}"
                opening = _open(Client(rest_url, user.session), devices)
                clients[name] = await _step(f"{name} opens a websocket with a ticket", opening)
            await _step("Ada asks for Bob's presence", ada.is_online(bob), say=_online("Bob"))
            await _step("Bob asks for Ada's presence", bob.is_online(ada), say=_online("Ada"))
            await _talk(ada, bob, clients)
            known = clients["Bob's tablet"]
        await _show_changes(rest_url, ada, bob, known)
        await _step("Ada sees that Bob is offline", _until_offline(ada, bob))
        return {user.session.user_id: user.first_name for user in (ada, bob)}


async def _sign_up(rest_url: str, first_name: str, stack: AsyncExitStack) -> _User:
    email_id = f"{first_name.lower()}-{secrets.token_hex(4)}@example.org"
    async with Rest(rest_url) as rest:
        password = secrets.token_urlsafe(12)
        await rest.sign_up(email_id, password, first_name, "Demo")
        session = await rest.log_in(email_id, password)
    return _User(first_name, email_id, session, await stack.enter_async_context(Rest(rest_url, session)))


async def _mailed_token(mails: Path, email_id: str) -> str:
    """Wait for the mail to this address, and return the token of its link. Raises TimeoutError."""
    async with asyncio.timeout(_PATIENCE):
        while (token := _token_of(mails, email_id)) is None:  # noqa: ASYNC110 - nothing tells of a new file
            await asyncio.sleep(0.1)
        return token


def _token_of(mails: Path, email_id: str) -> str | None:
    for mail in [path.read_text() for path in mails.glob("*.json")]:
        token = re.search(r"#verify=([\w-]+)", mail)
        if email_id in mail and token:
            return token[1]
    return None


async def _open(client: Client, stack: AsyncExitStack) -> Client:
    await stack.enter_async_context(client)
    async with asyncio.timeout(_PATIENCE):
        async for event in client:
            if isinstance(event, Connected):
                break
    return client


async def _talk(ada: _User, bob: _User, clients: Mapping[str, Client]) -> None:
    for sender, receiver, text in (
        ("Ada's phone", bob, "Hello Bob! 👋"),
        ("Bob's tablet", ada, "How is the engine?"),
        ("Ada's phone", bob, "It hums."),
    ):
        started_at = time.monotonic()
        async with asyncio.timeout(_PATIENCE):
            sent = await clients[sender].send(receiver.session.user_id, text)
            _line(started_at, f"{sender} sends “{text}”", f"ack, seq {sent.seq}")
            for name, client in clients.items():
                if name != sender:
                    message = await _received(client, sent)
                    _line(started_at, f"    {name} receives it", f"“{message.text}”, seq {message.seq}")
    await _step("Bob reads the history", bob.history_with(ada), say=lambda history: f"{len(history)} messages")


async def _show_changes(rest_url: str, ada: _User, bob: _User, tablet: Client) -> None:
    """Bob's tablet is away, and comes back as it was when it left."""
    edited = await _step(
        "Ada edits message 1, while no device is there",
        ada.rest.edit(bob.session.user_id, 1, "Hello Bob!"),
        say=lambda message: f"“{message.text}”, change {message.change}",
    )
    await _step(
        "Bob reacts to message 3",
        bob.rest.react(ada.session.user_id, 3, "👍"),
        say=lambda message: f"{''.join(message.reactions.values())}, change {message.change}",
    )
    back = Client(rest_url, bob.session, known=tablet.upto, known_changes=tablet.changes_upto)
    async with AsyncExitStack() as devices:
        await _step("Bob's tablet opens a websocket again", _open(back, devices))
        await _step("    Bob's tablet sees the edit", _seen(back, edited), say=lambda seen: f"“{seen.text}”, seq 1")


async def _seen(client: Client, edited: Message) -> Message:
    async with asyncio.timeout(_PATIENCE):
        async for event in client:
            if isinstance(event, Changed) and event.message == edited:
                return event.message
    raise LocalError("A device was closed before it saw the edit.")


async def _received(client: Client, sent: Message) -> Message:
    async for event in client:
        if event == sent:
            return sent
    raise LocalError("A device was closed before it received the message.")


def _show_events(log: KafkaConsumer, names: Mapping[str, str]) -> None:
    """Print the events in Kafka; there may be others than those of EVENTS, such as that of a notification.

    Raises LocalError if some of EVENTS do not arrive.
    """
    click.echo("Kafka, meanwhile:")
    missing = Counter(EVENTS)
    deadline = time.monotonic() + _PATIENCE
    while +missing and time.monotonic() < deadline:
        for records in log.poll(timeout_ms=200).values():
            for record in records:
                event = json.loads(record.value)
                name = names.get(event["userId"])
                if name is not None:
                    missing[name, event["eventType"]] -= 1
                    where = f"{record.topic}[{record.partition}] offset {record.offset}"
                    click.echo(f"{'':10}  {event['eventType']:14} of {name:3}  {where}")
    if +missing:
        raise LocalError(f"These events did not come to Kafka: {dict(+missing)}.")


@contextmanager
def _system(state: StateDirectory) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yields (the base URL of the REST API, the environment with the servers' addresses)."""
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
    """Yields a consumer of the events published from now on, outside of any consumer group."""
    consumer = KafkaConsumer(
        *EVENT_TOPICS,
        **kafka_options(load_settings(environment).kafka),
        auto_offset_reset="latest",
        enable_auto_commit=False,
    )
    while not consumer.assignment():
        consumer.poll(timeout_ms=100)
    for partition in consumer.assignment():
        consumer.position(partition)  # resolves "latest" now rather than at the first record
    try:
        yield consumer
    finally:
        consumer.close()


async def _step(what: str, action: Awaitable[T], say: Callable[[T], str] = lambda _result: "") -> T:
    started_at = time.monotonic()
    result = await action
    _line(started_at, what, say(result))
    return result


def _line(started_at: float, what: str, result: str) -> None:
    click.echo(f"{(time.monotonic() - started_at) * 1000:7.0f} ms  {what:45}  {result}".rstrip())


def _online(name: str) -> Callable[[bool], str]:
    return lambda online: f"{name} is {'online' if online else 'offline'}"


async def _until_offline(asking: _User, other: _User) -> None:
    async with asyncio.timeout(_PATIENCE):
        while await asking.is_online(other):  # noqa: ASYNC110 - Ada has no websocket any more
            await asyncio.sleep(0.01)
