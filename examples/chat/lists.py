"""The lists that a user of the chat asks for by a line that begins with a slash, and answers to message requests."""

from collections.abc import Sequence

from devconnect_client import DevConnectError, Rest
from devconnect_client.rest import ListedConversation
from examples.chat.accounts import FirstNames
from examples.chat.terminal import show

HELP = "/requests, /accept NUMBER, /ignore NUMBER, /archived"


class Lists:
    """The first page of each list. A number is that of an entry of the requests that were shown last."""

    def __init__(self, rest: Rest, names: FirstNames) -> None:
        self._rest = rest
        self._names = names
        self._requests: list[ListedConversation] = []

    async def command(self, line: str) -> None:
        """Carry out a line such as `/accept 1`, and show what came of it. Never raises DevConnectError."""
        word, _, number = line.partition(" ")
        try:
            match word:
                case "/requests":
                    self._requests, _ = await self._rest.message_requests()
                    await self._show(self._requests, "Nobody asks to write to you.")
                case "/archived":
                    archived, _ = await self._rest.conversations(archived=True)
                    await self._show(archived, "You have archived no conversation.")
                case "/accept" | "/ignore":
                    await self._answer(word, number)
                case _:
                    show(f"  There are {HELP}.")
        except DevConnectError as error:
            show(f"  {error}")

    async def _answer(self, word: str, number: str) -> None:
        if not number.isdecimal() or not 1 <= int(number) <= len(self._requests):
            show("  Name the number of a request, as /requests shows it.")
            return
        user_id = self._requests[int(number) - 1].user_id
        answer = self._rest.accept_messages if word == "/accept" else self._rest.ignore_messages
        await answer(user_id)
        show(f"  {await self._names.of(user_id)} is {'accepted' if word == '/accept' else 'ignored'}.")

    async def _show(self, conversations: Sequence[ListedConversation], nothing: str) -> None:
        for number, each in enumerate(conversations, 1):
            show(f"  {number}. {await self._names.of(each.user_id)}: {each.last_text}")
        if not conversations:
            show(f"  {nothing}")
