"""The Python client on the real system, without faults. (tests/resilience/recovery tests it with faults.)"""

import asyncio

import pytest
from redis import Redis

from devconnect_client import (
    BadCredentials,
    BadRequest,
    Client,
    ClientClosed,
    Connected,
    Disconnected,
    LinkGone,
    Message,
    Notification,
    Presence,
    Read,
    Rest,
    Session,
    SessionEnded,
    Unavailable,
    UserTyping,
)
from tests.e2e.clients import PASSWORD, Person
from tests.e2e.people import MakePerson
from tests.e2e.python_clients import QUICK, client_of, first, post, texts


def test_a_new_device_gets_the_whole_history_and_a_known_one_what_is_new(ada: Person, bob: Person) -> None:
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


def test_messages_that_were_not_iterated_over_come_again_after_a_restart(ada: Person, bob: Person) -> None:
    for number in range(3):
        post(ada, bob, str(number))

    async def scenario() -> None:
        async with client_of(bob) as client:
            async for event in client:
                if isinstance(event, Message):
                    break
            await client.send(ada.user_id, "mine")
            assert client.upto == {ada.user_id: 1}
        async with client_of(bob, client.upto) as client:
            assert client.upto == {ada.user_id: 1}
            assert await texts(client, 3) == ["1", "2", "mine"]
            assert client.upto == {ada.user_id: 4}

    asyncio.run(scenario())


def test_more_conversations_than_fit_into_one_sync_frame_are_synced(bob: Person, make_person: MakePerson) -> None:
    others = [make_person(f"Friend {number}") for number in range(22)]
    for other in others:
        post(other, bob, f"I am {other.user_id}")

    async def scenario() -> None:
        async with client_of(bob) as client:
            assert set(await texts(client, 22)) == {f"I am {other.user_id}" for other in others}

    asyncio.run(scenario())


def test_a_lost_push_is_recovered_from_the_list_of_conversations(
    ada: Person, bob: Person, environment: dict[str, str]
) -> None:
    """Bob's socket is not in Redis when Ada's message looks for the sockets to push to."""

    async def scenario() -> None:
        async with client_of(bob) as client:
            await first(client, Connected)
            with Redis.from_url(environment["REDIS_URL"]) as redis:
                assert redis.delete(f"presence:{bob.user_id}")
            await asyncio.to_thread(post, ada, bob, "unheard")
            assert await texts(client, 1) == ["unheard"]

    asyncio.run(scenario())


def test_presence_read_marks_typing_and_notifications_are_events(ada: Person, bob: Person) -> None:
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
                assert await first(phone, UserTyping) == UserTyping(bob.user_id)
                await asyncio.to_thread(ada.post, f"/api/connections/{bob.user_id}", {"status": "interested"})
                pushed = await first(tablet, Notification)
                assert (pushed.type, pushed.from_user_id) == ("CONNECTION_REQUEST_NOTIFICATION", ada.user_id)
            await first(phone, Presence, user_id=bob.user_id, online=False)

    asyncio.run(scenario())


def test_messages_that_wait_are_sent_together(ada: Person, bob: Person) -> None:
    """While one frame is on its way, further messages gather; the receiver's device gets them in one push."""

    async def scenario() -> None:
        async with client_of(ada) as client:
            acked = await asyncio.gather(*(client.send(bob.user_id, str(number)) for number in range(30)))
            assert [message.seq for message in acked] == list(range(1, 31))

    with bob.device() as tablet:
        asyncio.run(scenario())
        together = tablet.expect("private-messages")["messages"]
        assert [message["seq"] for message in together] == list(range(together[0]["seq"], 31))
        assert len(together) > 20
    history = bob.get(f"/api/messages/{ada.user_id}", limit=100).json()["messages"]
    assert [message["message"] for message in history] == [str(number) for number in range(30)]


def test_closing_the_client_ends_pending_sends(ada: Person, bob: Person) -> None:
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


def test_logging_in_and_out_and_their_errors(ada: Person) -> None:
    base_url = str(ada.http.base_url)

    async def scenario() -> None:
        async with Rest(base_url) as rest:
            session = await rest.log_in(ada.email_id, PASSWORD)
            assert session.user_id == ada.user_id
            for refused, error in (
                (rest.log_in(ada.email_id, "wrong password"), BadCredentials),
                (rest.confirm_address("x" * 43), LinkGone),
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
