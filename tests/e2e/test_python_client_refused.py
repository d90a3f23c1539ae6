"""Refusals that the Python client meets: it retries after temporary ones, and reports final ones as errors."""

import asyncio
import re
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pymongo.database import Database
from redis import Redis

from devconnect_client import BadRequest, Blocked, Client, Connected, Disconnected, NotFound, Presence, Session
from tests.e2e.clients import PATIENCE, Person
from tests.e2e.python_clients import QUICK, client_of, first
from tests.support.waiting import eventually


def test_a_refused_message_raises_the_error_of_its_reason(
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


def use_up(redis: Redis, person: Person, endpoint: str, *, next_in: int) -> str:
    """Uses up a rate limit of a minute for as long as its key exists, though `retryAfter` promises more attempts.

    It promises the first one in `next_in` seconds, and another each second from then on. Returns the key.
    """
    key = f"ratelimit:{person.user_id}:{endpoint}"
    now = time.time() * 1000
    leaving = {f"leaves {second}": now + (next_in + second - 60) * 1000 for second in range(60)}
    redis.zadd(key, leaving | {f"stays {number}": now + 3_600_000 for number in range(600)})
    return key


def test_a_rate_limited_send_is_retried_until_it_is_admitted(
    ada: Person, bob: Person, environment: dict[str, str]
) -> None:
    async def scenario(redis: Redis) -> None:
        key = use_up(redis, ada, "private-message", next_in=1)
        async with client_of(ada) as client:
            sending = asyncio.create_task(client.send(bob.user_id, "Hello"))
            for _ in range(2):
                # Only an attempt sets the key to expire in a minute, so one was made, and it was refused.
                await asyncio.to_thread(eventually, lambda: redis.ttl(key) > 0, what="an attempt")
                assert redis.persist(key)
            assert not sending.done()
            assert bob.get(f"/api/messages/{ada.user_id}").json()["messages"] == []
            redis.delete(key)
            assert (await asyncio.wait_for(sending, PATIENCE)).seq == 1

    with Redis.from_url(environment["REDIS_URL"]) as redis:
        asyncio.run(scenario(redis))


def test_a_wrong_id_is_an_error_before_anything_is_sent(ada: Person, bob: Person) -> None:
    for known in ({"ada": 1}, {ada.user_id: 1, bob.user_id: 1}):
        with pytest.raises(BadRequest):
            client_of(bob, known)

    async def scenario() -> None:
        async with client_of(bob) as client:
            with pytest.raises(BadRequest):
                client.watch([ada.user_id, "ada"])
            client.watch([ada.user_id])
            await first(client, Presence, user_id=ada.user_id)

    asyncio.run(scenario())


def test_a_refused_upgrade_is_reported_and_retried(bob: Person, environment: dict[str, str]) -> None:
    timings = replace(QUICK, first_delay=0.05, longest_delay=0.4)

    async def scenario(redis: Redis) -> None:
        key = use_up(redis, bob, "connect", next_in=60)
        async with client_of(bob, timings=timings) as client:
            for attempt in range(5):
                refused = await first(client, Disconnected)
                assert "HTTP status 429: this user connects too often" in refused.reason
                assert refused.retry_in <= min(0.05 * 2**attempt, 0.4)
            redis.delete(key)
            await first(client, Connected)

    with Redis.from_url(environment["REDIS_URL"]) as redis:
        asyncio.run(scenario(redis))


def test_a_rate_limited_ticket_is_reported_and_retried_later(bob: Person, environment: dict[str, str]) -> None:
    async def scenario() -> None:
        async with client_of(bob) as client:
            refused = await first(client, Disconnected)
            assert re.fullmatch(r"Too many attempts: try again in \d+ s\.", refused.reason)
            assert refused.retry_in > 50

    with Redis.from_url(environment["REDIS_URL"]) as redis:
        use_up(redis, bob, "websocket-ticket", next_in=60)
        asyncio.run(scenario())


class CaptivePortal(BaseHTTPRequestHandler):
    """The login page of a network, which answers in place of the service, here with JSON."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"null")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Logs nothing."""


def test_an_answer_that_is_not_the_services_is_reported_and_retried(bob: Person) -> None:
    async def scenario(url: str) -> None:
        async with Client(url, Session(bob.user_id, bob.token), timings=QUICK) as client:
            for _ in range(2):
                assert "was not answered" in (await first(client, Disconnected)).reason

    with ThreadingHTTPServer(("127.0.0.1", 0), CaptivePortal) as server:
        threading.Thread(target=server.serve_forever).start()
        asyncio.run(scenario(f"http://127.0.0.1:{server.server_port}"))
        server.shutdown()
