"""The accounts that this example uses: name@example.org, all with the same password.

The example also learns another user's userId by logging in as that user for a moment. This is acceptable only for a
system that runs on the developer's own machine.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from examples.chat.terminal import show
from examples.devconnect_client import BadCredentials, DevConnectError, RateLimited, Refused, Rest, Session, Unavailable

PASSWORD = "correct horse"  # noqa: S105 - not a secret
ATTEMPTS = 10

T = TypeVar("T")


async def sign_in(api: str, name: str) -> Session:
    """Log in, or sign up if there is no such account yet. Raises DevConnectError.

    Two chats that start at once may both sign up the same name: either finds the account then, which may take a moment.
    """
    email_id = f"{name.lower()}@example.org"
    async with Rest(api) as rest:
        try:
            return await patiently(lambda: rest.log_in(email_id, PASSWORD))
        except BadCredentials:
            await patiently(lambda: rest.sign_up(email_id, PASSWORD, name.capitalize(), "Example"))
            return await patiently(lambda: rest.log_in(email_id, PASSWORD), BadCredentials)


async def patiently(ask: Callable[[], Awaitable[T]], *also: type[DevConnectError]) -> T:
    """Repeat a request that may be repeated, after the time that the service asks for. Raises DevConnectError.

    It is repeated after the errors in `also` too.
    """
    temporary: tuple[type[DevConnectError], ...] = (Unavailable, *also)
    for attempt in range(1, ATTEMPTS):
        try:
            return await ask()
        except RateLimited as error:
            show(f"  {error}")
            await asyncio.sleep(error.retry_after)
        except temporary:
            await asyncio.sleep(0.1 * attempt)
    return await ask()


async def connect(api: str, session: Session, name: str) -> str:
    """Connect with a user of this example, and return their userId. Raises DevConnectError.

    Nobody follows the links that are mailed to this example's users, and so they may write to their connections alone.
    """
    other = await sign_in(api, name)
    async with Rest(api, session) as rest, Rest(api, other) as their_rest:
        with suppress(Refused):  # the other chat has answered for both at the same moment
            await patiently(lambda: rest.ask_to_connect(other.user_id))
        with suppress(Refused):  # they are connected already
            await patiently(lambda: their_rest.accept(session.user_id))
        await their_rest.log_out()
    return other.user_id


class FirstNames:
    """The first names of users, each looked up once."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._known: dict[str, str] = {}

    async def of(self, user_id: str) -> str:
        """Returns the user's first name, or the userId itself if the look-up fails."""
        if user_id not in self._known:
            try:
                self._known[user_id] = await self._rest.first_name(user_id)
            except DevConnectError:
                return user_id
        return self._known[user_id]
