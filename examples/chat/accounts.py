"""The accounts that this example uses: name@example.org, all with the same password.

The example also learns another user's userId by logging in as that user for a moment. This is acceptable only for a
system that runs on the developer's own machine.
"""

from contextlib import suppress

from examples.devconnect_client import BadCredentials, DevConnectError, Refused, Rest, Session

PASSWORD = "correct horse"  # noqa: S105 - not a secret


async def sign_in(api: str, name: str) -> Session:
    """Log in, or sign up if there is no such account yet. Raises DevConnectError."""
    email_id = f"{name.lower()}@example.org"
    async with Rest(api) as rest:
        try:
            return await rest.log_in(email_id, PASSWORD)
        except BadCredentials:
            await rest.sign_up(email_id, PASSWORD, name.capitalize(), "Example")
            return await rest.log_in(email_id, PASSWORD)


async def connect(api: str, session: Session, name: str) -> str:
    """Connect with a user of this example, and return their userId. Raises DevConnectError.

    Nobody follows the links that are mailed to this example's users, and so they may write to their connections alone.
    """
    other = await sign_in(api, name)
    async with Rest(api, session) as rest, Rest(api, other) as their_rest:
        await rest.ask_to_connect(other.user_id)
        with suppress(Refused):  # they are connected already
            await their_rest.accept(session.user_id)
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
