"""No response ends a client but a 401: it takes another one, and goes on."""

import asyncio
import json

import pytest

from devconnect_client import Disconnected, Presence
from tests.support.client_kinds import Clients
from tests.tooling.clients.scripted_service import Answer
from tests.tooling.clients.stage import BOB, Stage, staged

TICKETS: list[Answer] = [
    (201, ""),
    (201, "null"),
    (201, "[]"),
    (201, "7"),
    (201, "[" * 100_000),
    (201, "{}"),
    (201, '{"url": null}'),
    (201, '{"url": 7}'),
    (201, '{"url": ""}'),
    (201, '{"url": "http://127.0.0.1"}'),
    (201, '{"url": "ws://127.0.0.1:99999999?ticket=t"}'),
    (201, '{"url": "ws://["}'),
    (201, json.dumps({"url": f"ws://{'a' * 100}/?ticket=t"})),
    (201, '{"url": "ws://\\ud800/"}'),
    (429, '{"error": "No.", "code": "rate_limited", "retryAfter": "soon"}'),
    (429, '{"error": "No.", "code": "rate_limited", "retryAfter": -1}'),
    (400, '{"error": 7, "code": [], "fields": 3}'),
    (400, '{"error": "No.", "code": "bad_request", "fields": 3}'),
    (503, '"unavailable"'),
    (302, ""),
]

CONVERSATIONS = [
    "null",
    "[]",
    "{}",
    '{"conversations": null, "hasMore": false}',
    '{"conversations": [null], "hasMore": false}',
    '{"conversations": [{}], "hasMore": true}',
    json.dumps({"conversations": [{"userId": BOB, "lastSeq": "1", "readSeq": None, "lastChange": 0}], "hasMore": 1}),
]


def test_a_client_takes_any_answer_for_no_ticket(clients: Clients) -> None:
    async def scenario() -> None:
        async with staged(clients) as stage:
            for answer in TICKETS:
                (await stage.service.tickets.get()).set_result(answer)
                await stage.next(Disconnected)
            await stage.open_socket()
            await _lives(stage)

    asyncio.run(scenario())


@pytest.mark.parametrize("answer", CONVERSATIONS)
def test_a_client_takes_any_answer_for_no_list_of_conversations(clients: Clients, answer: str) -> None:
    async def scenario() -> None:
        async with staged(clients) as stage:
            stage.service.conversations = answer
            await stage.open_socket()
            await stage.service.listed.wait()
            await _lives(stage)

    asyncio.run(scenario())


async def _lives(stage: Stage) -> None:
    await stage.push(json.dumps({"event": "presence", "userId": BOB, "online": True, "lastSeenAt": None}))
    await stage.next(Presence)
