"""One socket too many: the one that has been silent for longest is told, and its client stays away."""

import asyncio
from contextlib import AsyncExitStack, ExitStack
from typing import Any

from pymongo.database import Database

from chalicelib.services.socket_lifecycle import MAX_SOCKETS
from devconnect_client import Client, Evicted, Message, Timings
from tests.e2e.clients import PATIENCE, Person
from tests.e2e.python_clients import client_of, post
from tests.support.waiting import eventually


def test_an_evicted_socket_is_told_and_closed_and_the_others_are_not(ada: Person) -> None:
    with ExitStack() as devices:
        first, *others = [devices.enter_context(ada.device()) for _ in range(MAX_SOCKETS)]
        newest = devices.enter_context(ada.device())
        assert first.expect("socket:evicted") == {"event": "socket:evicted"}
        assert first.closed_with() == 1000
        for device in (*others, newest):
            assert device.unread() == set()


async def messages_until_the_end(client: Client) -> list[str] | Evicted:
    """Returns the texts of the messages up to the one that says "last", or how the client ended before."""
    texts = []
    try:
        async for event in client:
            if isinstance(event, Message):
                texts.append(event.text)
                if event.text == "last":
                    return texts
    except Evicted as evicted:
        return evicted
    raise AssertionError("the client was closed")


def test_more_clients_than_a_user_may_have_open_one_socket_each_and_no_more(
    ada: Person,
    bob: Person,
    mongodb: Database[dict[str, Any]],  # Any: BSON
) -> None:
    """Had the evicted ones come back, each would have evicted another, without end.

    Those that are too many open one after the other: sockets that open at once may not agree on which is the oldest.
    """
    too_many = 2

    def is_stored(count: int) -> bool:
        return mongodb.sockets.count_documents({"userId": ada.user_id}) == count

    async def scenario() -> list[list[str] | Evicted]:
        timings = Timings(first_delay=0.01, longest_delay=0.05)
        async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:

            async def reading() -> asyncio.Task[list[str] | Evicted]:
                client = await stack.enter_async_context(client_of(ada, timings=timings))
                return asyncio.create_task(messages_until_the_end(client))

            tasks = [await reading() for _ in range(MAX_SOCKETS)]
            await asyncio.to_thread(eventually, lambda: is_stored(MAX_SOCKETS), what="all sockets")
            for number in range(1, too_many + 1):
                tasks.append(await reading())
                while sum(task.done() for task in tasks) < number:
                    await asyncio.wait([task for task in tasks if not task.done()], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(post, bob, ada, "last")
            return await asyncio.gather(*tasks)

    outcomes = asyncio.run(scenario())
    evicted = [outcome for outcome in outcomes if isinstance(outcome, Evicted)]
    assert len(evicted) == too_many
    assert [outcome for outcome in outcomes if not isinstance(outcome, Evicted)] == [["last"]] * MAX_SOCKETS
    assert is_stored(MAX_SOCKETS + too_many)
