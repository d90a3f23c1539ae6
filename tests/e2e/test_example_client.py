"""The example client on the real system, where nothing is in trouble."""

import asyncio
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import pytest
from pymongo.database import Database
from redis import Redis

from examples.devconnect_client import (
    BadCredentials,
    BadRequest,
    Blocked,
    Client,
    ClientClosed,
    Connected,
    Disconnected,
    EmailTaken,
    Event,
    Message,
    NotFound,
    Notification,
    Presence,
    Read,
    Rest,
    Session,
    SessionEnded,
    Timings,
    Typing,
    Unavailable,
)
from tests.e2e.clients import PASSWORD, PATIENCE, Person
from tests.e2e.conftest import MakePerson

E = TypeVar("E", bound=Event)
QUICK = Timings(heartbeat=0.5, answer=5.0, gap=0.05)


def client_of(person: Person, known: Mapping[str, int] = MappingProxyType({})) -> Client:
    return Client(str(person.http.base_url), Session(person.user_id, person.token), known=known, timings=QUICK)


async def first(client: Client, kind: type[E], **fields: object) -> E:
    """The next event of a kind, with these fields. Raises AssertionError or TimeoutError where none comes."""
    async with asyncio.timeout(PATIENCE):
        async for event in client:
            if isinstance(event, kind) and fields.items() <= vars(event).items():
                return event
    raise AssertionError("the client was closed")


def post(sender: Person, receiver: Person, text: str) -> None:
    assert sender.post("/api/messages", {"toUserId": receiver.user_id, "message": text}).status_code == 201


async def texts(client: Client, count: int) -> list[str]:
    return [(await first(client, Message)).text for _ in range(count)]


def test_a_new_device_is_told_everything_and_one_that_was_there_what_is_new(ada: Person, bob: Person) -> None:
    for number in range(3):
        post(ada, bob, str(number))

    async def scenario() -> None:
        async with client_of(bob) as client:
            assert await texts(client, 3) == ["0", "1", "2"]
            known = client.upto
        assert known == {ada.user_id: 3}
        post(ada, bob, "3")
        async with client_of(bob, known) as client:
            assert await texts(client, 1) == ["3"]

    asyncio.run(scenario())


def test_more_conversations_than_one_frame_takes(bob: Person, make_person: MakePerson) -> None:
    others = [make_person(f"Friend {number}") for number in range(22)]
    for other in others:
        post(other, bob, f"I am {other.user_id}")

    async def scenario() -> None:
        async with client_of(bob) as client:
            assert set(await texts(client, 22)) == {f"I am {other.user_id}" for other in others}

    asyncio.run(scenario())


def test_a_push_that_was_lost_is_found_by_a_look_at_the_list(
    ada: Person, bob: Person, environment: dict[str, str]
) -> None:
    """As if Bob's socket were not known yet when Ada's message looks for it."""

    async def scenario() -> None:
        async with client_of(bob) as client:
            await first(client, Connected)
            with Redis.from_url(environment["REDIS_URL"]) as redis:
                assert redis.delete(f"presence:{bob.user_id}")
            await asyncio.to_thread(post, ada, bob, "unheard")
            assert await texts(client, 1) == ["unheard"]

    asyncio.run(scenario())


def test_whatever_else_happens_is_told_too(ada: Person, bob: Person) -> None:
    async def scenario() -> None:
        async with client_of(ada) as phone:
            phone.watch([bob.user_id])
            await first(phone, Presence, user_id=bob.user_id, online=False)
            async with client_of(bob) as tablet:
                await first(phone, Presence, user_id=bob.user_id, online=True)
                sent = await phone.send(bob.user_id, "Hello Bob")
                assert await first(tablet, Message) == sent
                tablet.mark_read(ada.user_id, sent.seq)
                assert await first(phone, Read) == Read(bob.user_id, bob.user_id, 1)
                tablet.typing(ada.user_id)
                assert await first(phone, Typing) == Typing(bob.user_id)
                await asyncio.to_thread(ada.post, f"/api/connections/{bob.user_id}", {"status": "interested"})
                told = await first(tablet, Notification)
                assert (told.type, told.from_user_id) == ("CONNECTION_REQUEST_NOTIFICATION", ada.user_id)
            await first(phone, Presence, user_id=bob.user_id, online=False)

    asyncio.run(scenario())


def test_what_is_refused_is_an_error_that_says_why(
    ada: Person,
    bob: Person,
    environment: dict[str, str],
    mongodb: Database[dict[str, Any]],  # Any: BSON
) -> None:
    mongodb.users.update_one({"emailId": bob.email_id}, {"$set": {"blocked": [ada.user_id]}})
    with Redis.from_url(environment["REDIS_URL"]) as redis:
        redis.delete(f"user:{bob.user_id}")

    async def scenario() -> None:
        async with client_of(ada) as client:
            for to_user_id, text, error in (
                (bob.user_id, "Hello", Blocked),
                ("0" * 24, "Hello", NotFound),
                ("bob", "Hello", BadRequest),
                (bob.user_id, "", BadRequest),
                (bob.user_id, "x" * 5_001, BadRequest),
                (ada.user_id, "Hello", BadRequest),
            ):
                with pytest.raises(error):
                    await client.send(to_user_id, text)

    asyncio.run(scenario())


def test_a_limit_is_waited_out(ada: Person, bob: Person, environment: dict[str, str]) -> None:
    """The limit of a minute, 600 messages, was used up nearly a minute ago."""
    with Redis.from_url(environment["REDIS_URL"]) as redis:
        then = time.time() * 1000 - 59_000
        redis.zadd(f"ratelimit:{ada.user_id}:private-message", {f"earlier {number}": then for number in range(600)})

    async def scenario() -> None:
        async with client_of(ada) as client:
            started_at = time.monotonic()
            assert (await client.send(bob.user_id, "Hello")).seq == 1
            assert time.monotonic() - started_at > 0.5

    asyncio.run(scenario())


def test_closing_ends_what_waits(ada: Person, bob: Person) -> None:
    async def scenario() -> None:
        nowhere = Client("http://127.0.0.1:9", Session(ada.user_id, ada.token), timings=QUICK)
        async with nowhere:
            sending = asyncio.create_task(nowhere.send(bob.user_id, "Hello"))
            assert isinstance(await anext(aiter(nowhere)), Disconnected)
        with pytest.raises(ClientClosed):
            await sending
        assert [event async for event in nowhere if isinstance(event, Connected)] == []
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scenario())


def test_signing_in(ada: Person) -> None:
    base_url = str(ada.http.base_url)

    async def scenario() -> None:
        async with Rest(base_url) as rest:
            session = await rest.log_in(ada.email_id, PASSWORD)
            assert session.user_id == ada.user_id
            for refused, error in (
                (rest.log_in(ada.email_id, "wrong password"), BadCredentials),
                (rest.sign_up(ada.email_id, PASSWORD, "Ada", "Lovelace"), EmailTaken),
                (rest.sign_up("no address", PASSWORD, "Ada", "Lovelace"), BadRequest),
                (rest.websocket_url(), SessionEnded),
            ):
                with pytest.raises(error):
                    await refused
        async with Rest(base_url, session) as rest:
            await rest.log_out()
            with pytest.raises(SessionEnded):
                await rest.websocket_url()
        async with Rest("http://127.0.0.1:9") as rest:
            with pytest.raises(Unavailable):
                await rest.log_in(ada.email_id, PASSWORD)

    asyncio.run(scenario())
