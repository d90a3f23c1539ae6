"""The part of `make demo` in which a stranger's message waits until its receiver accepts it."""

import asyncio

from devconnect_client import Client, Notification
from infra.local.demo_users import PATIENCE, DemoUser, step
from infra.local.errors import LocalError


async def show_request(ada: DemoUser, bob: DemoUser, tablet: Client) -> None:
    """Bob is told that Ada has written, looks at it, and accepts. Raises DevConnectError, TimeoutError, LocalError."""
    await step("Bob's tablet is told of a request", _told(tablet), say=lambda told: f"“{told.text}”")
    [request], _ = await step(
        "Bob reads his message requests",
        bob.rest.message_requests(),
        say=lambda page: ", ".join(f"“{each.last_text}”" for each in page[0]),
    )
    if request.user_id != ada.session.user_id:
        raise LocalError("The message request is from somebody else.")
    await step("Bob accepts it", bob.rest.accept_messages(request.user_id))


async def _told(client: Client) -> Notification:
    async with asyncio.timeout(PATIENCE):
        async for event in client:
            if isinstance(event, Notification) and event.type == "MESSAGE_REQUEST_NOTIFICATION":
                return event
    raise LocalError("A device was closed before it was told of a message request.")
