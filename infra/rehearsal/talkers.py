"""`python -m infra.rehearsal.talkers REST_URL WEBSOCKET_URL MONGODB_URI`: pairs who talk until the standard input ends.

Each line that is read is answered with a line: how many messages are acknowledged so far. At the end the last line is
the tally, as JSON. It is a process of its own, as the rehearsal starts others meanwhile and waits for them.
"""

import asyncio
import secrets
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import click
import msgspec
from pymongo import MongoClient
from pymongo.collection import Collection

from devconnect_client import Client, Connected, Disconnected, Message, Rest, Session, Timings
from infra.rehearsal.tally import Tally

PAIRS = 3
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 60.0
TIMINGS = Timings(answer=60.0)
"""A new version starts its processes while clients wait. Who gives a socket up meanwhile has not lost it."""

_PASSWORD = "correct horse"  # noqa: S105 - of accounts that live for minutes


@dataclass
class Talker:
    """A user with one device. `acknowledged` and `received` are the messageIds; a message of one's own is neither."""

    rest: Rest
    session: Session
    client: Client
    acknowledged: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    connects: int = 0
    is_connected: bool = False
    drops: list[str] = field(default_factory=list)

    async def listen(self) -> None:
        async for event in self.client:
            match event:
                case Message() if event.from_user_id != self.session.user_id:
                    self.received.append(event.message_id)
                case Connected():
                    self.connects += 1
                    self.is_connected = True
                case Disconnected() if self.is_connected:
                    self.drops.append(event.reason)
                    self.is_connected = False

    async def talk_to(self, user_id: str, ended: asyncio.Event) -> None:
        while not ended.is_set():
            message = await self.client.send(user_id, f"Message {len(self.acknowledged)}")
            self.acknowledged.append(message.message_id)
            await asyncio.sleep(PAUSE_SECONDS)

    async def stored_with(self, user_id: str) -> list[str]:
        """Return the messageIds of the whole conversation. Raises RuntimeError where its seqs have a gap."""
        found: list[Message] = []
        has_more = True
        while has_more:
            page, has_more = await self.rest.history(user_id, found[-1].seq if found else 0)
            found += page
        if [message.seq for message in found] != [*range(1, len(found) + 1)]:
            raise RuntimeError(f"The seqs of a conversation are {[message.seq for message in found]}.")
        return [message.message_id for message in found]


async def run(rest_url: str, websocket_url: str, mongodb_uri: str) -> None:
    async with AsyncExitStack() as stack:
        users = stack.enter_context(MongoClient[dict[str, object]](mongodb_uri)).get_default_database().users
        talkers = [await _talker(rest_url, websocket_url, users, stack) for _ in range(2 * PAIRS)]
        pairs = [*zip(talkers[::2], talkers[1::2], strict=True)]
        for one, other in pairs:
            await one.rest.ask_to_connect(other.session.user_id)
            await other.rest.accept(one.session.user_id)
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            listening = [tasks.create_task(talker.listen()) for talker in talkers]
            while not all(talker.is_connected for talker in talkers):  # noqa: ASYNC110 - several tasks note it
                await asyncio.sleep(0.1)
            for one, other in pairs:
                tasks.create_task(one.talk_to(other.session.user_id, ended))
                tasks.create_task(other.talk_to(one.session.user_id, ended))
            while await asyncio.to_thread(sys.stdin.readline):
                click.echo(sum(len(talker.acknowledged) for talker in talkers))
            ended.set()
            await _until_all_is_received(pairs)
            tally = await _tally(pairs)
            for task in listening:
                task.cancel()
    click.echo(msgspec.json.encode(tally).decode())


async def _talker(
    rest_url: str, websocket_url: str, users: Collection[dict[str, object]], stack: AsyncExitStack
) -> Talker:
    """Return a user whose address is confirmed by hand, before anything has cached them: its mail goes to nobody."""
    email_id = f"talker-{secrets.token_hex(6)}@example.org"
    async with Rest(rest_url) as rest:
        await rest.sign_up(email_id, _PASSWORD, "Ada", "Talker")
        users.update_one({"emailId": email_id}, {"$set": {"emailVerified": True}})
        session = await rest.log_in(email_id, _PASSWORD)
    return Talker(
        rest=await stack.enter_async_context(Rest(rest_url, session)),
        session=session,
        client=await stack.enter_async_context(Client(rest_url, session, websocket_url=websocket_url, timings=TIMINGS)),
    )


async def _until_all_is_received(pairs: list[tuple[Talker, Talker]]) -> None:
    """Wait for what is under way. What has not come after a minute is missing in the tally."""

    def is_missing() -> bool:
        directions = [*pairs, *((other, one) for one, other in pairs)]
        return any(not {*one.acknowledged} <= {*other.received} for one, other in directions)

    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while is_missing() and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - several tasks note it
        await asyncio.sleep(0.1)


async def _tally(pairs: list[tuple[Talker, Talker]]) -> Tally:
    talkers = [talker for pair in pairs for talker in pair]
    stored = [id_ for one, other in pairs for id_ in await one.stored_with(other.session.user_id)]
    acknowledged = [id_ for talker in talkers for id_ in talker.acknowledged]
    received = [id_ for talker in talkers for id_ in talker.received]
    return Tally(
        acknowledged=len(acknowledged),
        received=len(received),
        stored=len(stored),
        different=len({*acknowledged, *received, *stored}),
        clients=len(talkers),
        sockets=sum(talker.connects for talker in talkers),
        dropped=[reason for talker in talkers for reason in talker.drops],
    )


@click.command()
@click.argument("rest_url")
@click.argument("websocket_url")
@click.argument("mongodb_uri")
def main(rest_url: str, websocket_url: str, mongodb_uri: str) -> None:
    """Let pairs of users talk through the stage until the standard input ends, and print the tally."""
    asyncio.run(run(rest_url, websocket_url, mongodb_uri))


if __name__ == "__main__":
    main()
