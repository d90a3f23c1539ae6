"""The chat itself: what is typed goes out, and what happens is shown."""

import asyncio
import sys

from examples.chat.lines import typed_lines
from examples.chat.people import Names, sign_in, user_id_of
from examples.chat.showing import show
from examples.devconnect_client import (
    Client,
    Connected,
    Disconnected,
    Event,
    Fault,
    Message,
    NotDone,
    Notification,
    Presence,
    Read,
    Refused,
    Rest,
    Session,
    Typing,
)


async def converse(api: str, name: str, other: str | None) -> None:
    """Until standard input ends and all is sent. Raises DevConnectError, SessionEnded among them."""
    session = await sign_in(api, name)
    other_id = None if other is None else await user_id_of(api, other)
    async with Rest(api, session) as rest, Client(api, session) as client:
        chat = Chat(client, session, Names(rest), other_id)
        tasks = [asyncio.create_task(chat.show()), asyncio.create_task(chat.say())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Chat:
    """One client in a terminal. Without `other_id`, what is typed goes to whoever wrote last."""

    def __init__(self, client: Client, session: Session, names: Names, other_id: str | None) -> None:
        self._client = client
        self._own_id = session.user_id
        self._names = names
        self._other_id = other_id
        self._follows = other_id is None
        if other_id is not None:
            client.watch([other_id])

    async def say(self) -> None:
        """Send each line, one after the other: a terminal keeps what is typed meanwhile."""
        async for line in typed_lines(sys.stdin.fileno()):
            if self._other_id is None:
                show("  Nobody has written yet, and nobody was named with --to.")
                continue
            try:
                await self._client.send(self._other_id, line)
            except (Refused, Fault) as error:
                show(f"  Not sent: {error}")

    async def show(self) -> None:
        """Show what happens, and say that messages are read. Raises SessionEnded."""
        async for event in self._client:
            show(await self._line(event))
            if isinstance(event, Message) and event.from_user_id != self._own_id:
                self._client.mark_read(event.from_user_id, event.seq)
                if self._follows:
                    self._other_id = event.from_user_id

    async def _line(self, event: Event) -> str:
        match event:
            case Connected() | Disconnected() | NotDone():
                return _trouble(event)
            case Notification():
                return f"  {event.text}"
            case Message(from_user_id=self._own_id):
                return f"  ✓ {event.text}"
            case Message():
                return f"{await self._names.of(event.from_user_id)}: {event.text}"
            case Read() | Typing() | Presence():
                return await self._news(event)

    async def _news(self, event: Read | Typing | Presence) -> str:
        match event:
            case Read():
                return f"  {await self._names.of(event.reader_id)} has read message {event.seq}."
            case Typing():
                return f"  {await self._names.of(event.user_id)} is typing ..."
            case Presence():
                return f"  {await self._names.of(event.user_id)} is {'online' if event.online else 'offline'}."


def _trouble(event: Connected | Disconnected | NotDone) -> str:
    match event:
        case Connected():
            return "  Connected."
        case Disconnected():
            return f"  Connection lost ({event.reason}); trying again in {event.retry_in:.1f} s."
        case NotDone():
            return f"  The service refuses {event.action}: {event.reason}"
