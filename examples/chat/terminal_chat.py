"""The chat itself: it sends the lines that the user types and prints the events that arrive."""

import asyncio
import sys

from devconnect_client import (
    ActionFailed,
    Changed,
    Client,
    Connected,
    Disconnected,
    Event,
    Fault,
    Message,
    Notification,
    Presence,
    Read,
    Refused,
    Rest,
    Session,
    UserTyping,
)
from examples.chat.accounts import FirstNames, Local, connect, sign_in
from examples.chat.lines import typed_lines
from examples.chat.lists import Lists
from examples.chat.terminal import show

LOST = "(The service has lost this message.)"
DELETED = "(This message was deleted.)"


async def run_chat(local: Local, name: str, other: str | None) -> None:
    """Run the chat until standard input ends and every line has been sent.

    Raises DevConnectError, for example SessionEnded.
    """
    session = await sign_in(local, name)
    other_id = None if other is None else await connect(local, session, other)
    async with Rest(local.api, session) as rest, Client(local.api, session) as client:
        names = FirstNames(rest)
        chat = Chat(client, session, names, Lists(rest, names), other_id)
        tasks = [asyncio.create_task(chat.show_events()), asyncio.create_task(chat.send_typed_lines())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Chat:
    """One client in a terminal. Without `other_id`, typed lines go to the user who wrote last."""

    def __init__(self, client: Client, session: Session, names: FirstNames, lists: Lists, other_id: str | None) -> None:
        self._client = client
        self._own_id = session.user_id
        self._names = names
        self._lists = lists
        self._other_id = other_id
        self._replies_to_last_sender = other_id is None
        if other_id is not None:
            client.watch([other_id])

    async def send_typed_lines(self) -> None:
        """Send the typed lines one after the other; the terminal buffers further input meanwhile.

        A line that begins with a slash is a command.
        """
        async for line in typed_lines(sys.stdin.fileno()):
            if line.startswith("/"):
                await self._lists.command(line)
                continue
            if self._other_id is None:
                show("  Nobody has written yet, and nobody was named with --to.")
                continue
            try:
                await self._client.send(self._other_id, line)
            except (Refused, Fault) as error:
                show(f"  Not sent: {error}")

    async def show_events(self) -> None:
        """Print each event, and mark incoming messages as read. Raises SessionEnded."""
        async for event in self._client:
            show(await self._line(event))
            if isinstance(event, Message) and event.from_user_id != self._own_id:
                self._client.mark_read(event.from_user_id, event.seq)
                if self._replies_to_last_sender:
                    self._other_id = event.from_user_id

    async def _line(self, event: Event) -> str:
        match event:
            case Connected() | Disconnected() | ActionFailed():
                return _status_line(event)
            case Notification():
                return f"  {event.text}"
            case Message(from_user_id=self._own_id):
                return f"  ✓ {_text(event)}"
            case Message():
                return f"{await self._names.of(event.from_user_id)}: {_text(event)}"
            case Changed(message=changed):
                return f"  Message {changed.seq} is now: {_text(changed)}"
            case Read() | UserTyping() | Presence():
                return await self._user_event_line(event)

    async def _user_event_line(self, event: Read | UserTyping | Presence) -> str:
        match event:
            case Read():
                return f"  {await self._names.of(event.reader_id)} has read message {event.seq}."
            case UserTyping():
                return f"  {await self._names.of(event.user_id)} is typing ..."
            case Presence():
                return f"  {await self._names.of(event.user_id)} is {'online' if event.online else 'offline'}."


def _text(message: Message) -> str:
    reactions = "".join(message.reactions.values())
    return (DELETED if message.deleted else message.text or LOST) + (f" [{reactions}]" if reactions else "")


def _status_line(event: Connected | Disconnected | ActionFailed) -> str:
    match event:
        case Connected():
            return "  Connected."
        case Disconnected():
            return f"  Connection lost ({event.reason}); trying again in {event.retry_in:.1f} s."
        case ActionFailed():
            return f"  The service refuses {event.action}: {event.reason}"
