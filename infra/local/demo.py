"""`make demo`: two users see each other online and talk on three devices, one edits a message, and one is suspended.

Each step is printed and timed.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import click
from kafka import KafkaConsumer

from chalicelib.clients.kafka.options import kafka_options
from chalicelib.events.topics import EVENT_TOPICS
from chalicelib.stores.users import MODERATOR
from chalicelib.wiring import Wiring, load_settings
from devconnect_client import Client, DevConnectError, Message
from examples.chat.accounts import mailed_token
from infra.local.demo_changes import show_changes
from infra.local.demo_report import show_report
from infra.local.demo_requests import show_request
from infra.local.demo_users import PATIENCE, DemoUser, line, opened, sign_up, step
from infra.local.environment import read_exports
from infra.local.errors import LocalError
from infra.local.processes import read_processes
from infra.local.running import running_system
from infra.local.state import StateDirectory

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
} | {
    ("Ada", "MESSAGE_EDITED"): 1,
    ("Bob", "MESSAGE_REACTED"): 1,
    ("Ada", "REPORT_MADE"): 1,
    ("Mallory", "USER_SUSPENDED"): 1,
    ("Mallory", "USER_LOGOUT"): 1,
}
"""How many events must arrive in Kafka, by (first name of the user, event type)."""


def run_demo(state: StateDirectory) -> None:
    """Run the demo on the running system, or on one that is started for it.

    Raises LocalError if the system does not start or does not behave as it should.
    """
    started_at = time.monotonic()
    with _system(state) as (rest_url, environment), _event_log(environment) as log:
        try:
            with closing(Wiring(load_settings(environment))) as wiring:
                names = asyncio.run(_show_users(rest_url, state.mail, partial(wiring.roles.give, MODERATOR)))
        except (DevConnectError, TimeoutError) as error:
            raise LocalError(f"The demo failed: {error!r}") from error
        _show_events(log, names)
    click.echo(f"The demo took {time.monotonic() - started_at:.1f} s.")


async def _show_users(rest_url: str, mails: Path, give_role: Callable[[str], object]) -> dict[str, str]:
    """Returns {userId: first name}. Raises DevConnectError, TimeoutError."""
    async with AsyncExitStack() as stack:
        ada, bob = [
            await step(f"{name} signs up and logs in", sign_up(rest_url, name, stack), say=str)
            for name in ("Ada", "Bob")
        ]
        for user in (ada, bob):
            confirming = user.rest.confirm_address(await mailed_token(mails, user.email_id))
            await step(f"{user.first_name} confirms their address with the mail's link", confirming)
        async with AsyncExitStack() as devices:
            clients = {}
            for user, device in ((ada, "phone"), (ada, "laptop"), (bob, "tablet")):
                name = f"{user.first_name}'s {device}"
                opening = opened(Client(rest_url, user.session), devices)
                clients[name] = await step(f"{name} opens a websocket with a ticket", opening)
            await step("Ada asks for Bob's presence", ada.is_online(bob), say=_online("Bob"))
            await step("Bob asks for Ada's presence", bob.is_online(ada), say=_online("Ada"))
            await _talk(ada, bob, clients)
            tablet = clients["Bob's tablet"]
        await show_changes(rest_url, ada, bob, tablet)
        await step("Ada sees that Bob is offline", _until_offline(ada, bob))
        mallory = await show_report(rest_url, mails, give_role, ada, stack)
        return {user.session.user_id: user.first_name for user in (ada, bob, mallory)}


async def _talk(ada: DemoUser, bob: DemoUser, clients: Mapping[str, Client]) -> None:
    """The two are strangers, so Bob accepts what Ada has written before his tablet receives it."""
    for sender, receiver, text, is_request in (
        ("Ada's phone", bob, "Hello Bob! 👋", True),
        ("Bob's tablet", ada, "How is the engine?", False),
        ("Ada's phone", bob, "It hums.", False),
    ):
        started_at = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            sent = await clients[sender].send(receiver.session.user_id, text)
            line(started_at, f"{sender} sends “{text}”", f"ack, seq {sent.seq}")
            if is_request:
                await show_request(ada, bob, clients["Bob's tablet"])
            for name, client in clients.items():
                if name != sender:
                    message = await _received(client, sent)
                    line(started_at, f"    {name} receives it", f"“{message.text}”, seq {message.seq}")
    await step("Bob reads the history", bob.history_with(ada), say=lambda history: f"{len(history)} messages")


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
    deadline = time.monotonic() + PATIENCE
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


def _online(name: str) -> Callable[[bool], str]:
    return lambda online: f"{name} is {'online' if online else 'offline'}"


async def _until_offline(asking: DemoUser, other: DemoUser) -> None:
    async with asyncio.timeout(PATIENCE):
        while await asking.is_online(other):  # noqa: ASYNC110 - Ada has no websocket any more
            await asyncio.sleep(0.01)
