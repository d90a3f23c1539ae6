"""The accounts that this example uses: name@example.org, all with the same password.

The example also learns another user's userId by logging in as that user for a moment. This is acceptable only for a
system that runs on the developer's own machine.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from devconnect_client import (
    BadCredentials,
    DevConnectError,
    LinkGone,
    RateLimited,
    Refused,
    Rest,
    Session,
    Unavailable,
)
from examples.chat.terminal import show

PASSWORD = "correct horse"  # noqa: S105 - not a secret
ATTEMPTS = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Local:
    """The system on the developer's machine: the address of its REST API, and the directory of its mails."""

    api: str
    mail: Path


async def sign_in(local: Local, name: str) -> Session:
    """Log in, or sign up if there is no such account yet, and confirm the address. Raises DevConnectError.

    Two chats that start at once may both sign up the same name: either finds the account then, which may take a moment.
    """
    email_id = f"{name.lower()}@example.org"
    async with Rest(local.api) as rest:
        try:
            return await patiently(lambda: rest.log_in(email_id, PASSWORD))
        except BadCredentials:
            await patiently(lambda: rest.sign_up(email_id, PASSWORD, name.capitalize(), "Example"))
            session = await patiently(lambda: rest.log_in(email_id, PASSWORD), BadCredentials)
            token = await mailed_token(local.mail, email_id)
            with suppress(LinkGone):  # another chat has just followed it
                await patiently(lambda: rest.confirm_address(token))
            return session


async def patiently(ask: Callable[[], Awaitable[T]], *also: type[DevConnectError]) -> T:
    """Repeat a request that may be repeated, after the time that the service asks for. Raises DevConnectError.

    It is repeated after the errors in `also` too, and while another chat is about to confirm the address.
    """
    temporary: tuple[type[DevConnectError], ...] = (Unavailable, *also)
    for attempt in range(1, ATTEMPTS):
        try:
            return await ask()
        except RateLimited as error:
            show(f"  {error}")
            await asyncio.sleep(error.retry_after)
        except DevConnectError as error:
            if not (isinstance(error, temporary) or (isinstance(error, Refused) and error.code == "unverified")):
                raise
            await asyncio.sleep(0.1 * attempt)
    return await ask()


async def mailed_token(mail: Path, email_id: str) -> str:
    """Wait for the mail to a new account, and return the token of its link. Raises DevConnectError."""
    for _ in range(100):
        if (token := _token_in(mail, email_id)) is not None:
            return token
        await asyncio.sleep(0.1)
    raise DevConnectError(f"{mail} has no mail to {email_id}, whose address is to be confirmed.")


def _token_in(mail: Path, email_id: str) -> str | None:
    for text in [path.read_text() for path in mail.glob("*.json")]:
        if email_id in text and (token := re.search(r"#verify=([\w-]+)", text)):
            return token[1]
    return None


async def connect(local: Local, session: Session, name: str) -> str:
    """Connect with a user of this example, and return their userId. Raises DevConnectError."""
    other = await sign_in(local, name)
    async with Rest(local.api, session) as rest, Rest(local.api, other) as their_rest:
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
