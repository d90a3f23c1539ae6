"""What may happen to a client, by the words of docs/protocol/client-states.json."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

from tests.tooling.clients.stage import BOB, RETRY_AFTER, Stage

Happening = Callable[[Stage], Awaitable[None]]

REFUSAL = {"error": "No.", "retryAfter": RETRY_AFTER}


def _ticket(status: int, body: str) -> Happening:
    async def answer(stage: Stage) -> None:
        (await stage.service.tickets.get()).set_result((status, body))

    return answer


async def _refuse_upgrade(stage: Stage) -> None:
    await _ticket(201, stage.service.ticket())(stage)
    (await stage.service.upgrades.get()).set_result(False)


async def _leave_upgrade(stage: Stage) -> None:
    await _ticket(201, stage.service.ticket())(stage)
    await stage.service.upgrades.get()


def _pushed(*texts: str) -> Happening:
    async def push(stage: Stage) -> None:
        for text in texts:
            await stage.push(text)

    return push


def _frames(*frames: object) -> Happening:
    return _pushed(*map(json.dumps, frames))


def _closed(code: int) -> Happening:
    async def close(stage: Stage) -> None:
        assert stage.socket
        await stage.socket.close(code)

    return close


async def _fall_silent(stage: Stage) -> None:
    """The heartbeat that the connection began with was answered, so the next one has to come first."""
    stage.service.answers_heartbeats = False
    await stage.cut()
    await stage.open_socket()


async def _close_client(stage: Stage) -> None:
    stage.closing.set()


async def _nothing(_stage: Stage) -> None:
    """Time passes by itself."""
    await asyncio.sleep(0)


KNOWN_EVENTS = [
    "ack",
    "acks",
    "private-message",
    "private-messages",
    "sync",
    "message:read",
    "typing",
    "registered",
    "presence",
    "presence:state",
    "notification",
]
WRONG: list[object] = [None, 0, -1, "x", [], {}, [None], [{}]]
FIELDS = [
    "clientMessageId",
    "messageId",
    "seq",
    "ts",
    "acks",
    "errors",
    "messages",
    "userId",
    "complete",
    "conversationId",
    "expiresIn",
    "online",
    "lastSeenAt",
    "notificationId",
    "type",
    "fromUserId",
    "toUserId",
    "message",
    "text",
    "createdAt",
]

HAPPENINGS: Mapping[str, Happening] = {
    "the websocket opens": Stage.open_socket,
    "the ticket is a 401": _ticket(401, '{"error": "No.", "code": "unauthorized"}'),
    "the ticket is a 429": _ticket(429, json.dumps({**REFUSAL, "code": "rate_limited"})),
    "the ticket is a 503": _ticket(503, '{"error": "No.", "code": "unavailable"}'),
    "the answer is no ticket": _ticket(200, "<html>Welcome to our network</html>"),
    "the upgrade is refused": _refuse_upgrade,
    "the upgrade is not answered": _leave_upgrade,
    "session:ended": _frames({"event": "session:ended"}),
    "socket:evicted": _frames({"event": "socket:evicted"}),
    "an error unauthorized": _frames({"event": "error", "error": "No.", "code": "unauthorized"}),
    "an error flooding": _frames({"event": "error", "code": "flooding", **REFUSAL}),
    "a close with 1000": _closed(1000),
    "a close with 1001": _closed(1001),
    "a close with 1003": _closed(1003),
    "a close with 1007": _closed(1007),
    "a close with 1009": _closed(1009),
    "a close with another code": _closed(4999),
    "the connection is cut": Stage.cut,
    "nothing is answered": _fall_silent,
    "text that is no JSON": _pushed("", "{", "Hello", '{"event": "typing"', "\0"),
    "JSON that is no object": _frames(None, 1, "x", [], [{"event": "typing"}], True),
    "a frame without its fields": _frames(*({"event": event} for event in KNOWN_EVENTS)),
    "a frame with fields of other types": _frames(
        *({"event": event, **dict.fromkeys(FIELDS, wrong)} for event in KNOWN_EVENTS for wrong in WRONG),
        {"event": 7},
        {"event": None},
        {"event": ["typing"]},
        {"event": "error", "error": 7, "code": [], "action": {}, "retryAfter": "soon", "fields": 3},
        {"event": "error", "code": "rate_limited", "action": "sync", "retryAfter": "soon"},
        {"event": "private-messages", "messages": [{"messageId": "m", "seq": 1, "fromUserId": BOB}, None]},
    ),
    "an event that it does not know": _frames({"event": "from:the:future", "userId": BOB}),
    "an error of API Gateway": _frames({"message": "Internal server error", "connectionId": "c", "requestId": "r"}),
    "the application closes it": _close_client,
    "the time is over": _nothing,
}
