"""The part of `make demo` in which messages are changed while a device is away."""

import asyncio
from contextlib import AsyncExitStack

from devconnect_client import Changed, Client, Message
from infra.local.demo_users import PATIENCE, DemoUser, opened, step
from infra.local.errors import LocalError


async def show_changes(rest_url: str, ada: DemoUser, bob: DemoUser, tablet: Client) -> None:
    """Ada edits and Bob reacts while Bob's tablet is away, which comes back as it was when it left.

    Raises DevConnectError, TimeoutError, and LocalError where it does not see the edit.
    """
    edited = await step(
        "Ada edits message 1, while no device is there",
        ada.rest.edit(bob.session.user_id, 1, "Hello Bob!"),
        say=lambda message: f"“{message.text}”, change {message.change}",
    )
    await step(
        "Bob reacts to message 3",
        bob.rest.react(ada.session.user_id, 3, "👍"),
        say=lambda message: f"{''.join(message.reactions.values())}, change {message.change}",
    )
    back = Client(rest_url, bob.session, known=tablet.upto, known_changes=tablet.changes_upto)
    async with AsyncExitStack() as devices:
        await step("Bob's tablet opens a websocket again", opened(back, devices))
        await step("    Bob's tablet sees the edit", _seen(back, edited), say=lambda seen: f"“{seen.text}”, seq 1")


async def _seen(client: Client, edited: Message) -> Message:
    async with asyncio.timeout(PATIENCE):
        async for event in client:
            if isinstance(event, Changed) and event.message == edited:
                return event.message
    raise LocalError("A device was closed before it saw the edit.")
