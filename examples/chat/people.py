"""The users of this example: name@example.org, all with one password.

That is also how their userIds are learnt: by logging in as them for a moment. It suits a system of one's own machine,
and no other.
"""

from examples.devconnect_client import BadCredentials, DevConnectError, Rest, Session

PASSWORD = "correct horse"  # noqa: S105 - everybody may know it


async def sign_in(api: str, name: str) -> Session:
    """Log in, or sign up whoever does not exist yet. Raises DevConnectError."""
    email_id = f"{name.lower()}@example.org"
    async with Rest(api) as rest:
        try:
            return await rest.log_in(email_id, PASSWORD)
        except BadCredentials:
            return await rest.sign_up(email_id, PASSWORD, name.capitalize(), "Example")


async def user_id_of(api: str, name: str) -> str:
    """Raises DevConnectError."""
    session = await sign_in(api, name)
    async with Rest(api, session) as rest:
        await rest.log_out()
    return session.user_id


class Names:
    """The first names of users, each looked up once."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._known: dict[str, str] = {}

    async def of(self, user_id: str) -> str:
        """The userId itself where the name cannot be had."""
        if user_id not in self._known:
            try:
                self._known[user_id] = await self._rest.first_name(user_id)
            except DevConnectError:
                return user_id
        return self._known[user_id]
