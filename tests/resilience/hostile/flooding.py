"""Floods: clients send as much as they can, of each kind, and are refused and then closed."""

import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from chalicelib.security.floods import MAX_REFUSED
from infra.ops.redis_access import opened_redis
from tests.e2e.clients import PATIENCE, Person
from tests.support.addresses import address

PER_MINUTE = 600
"""How many messages a user may send in a minute."""

IN_FLIGHT = 50
"""Answers that may come besides, to frames that were worked on while their socket was closed."""


def flood(person: Person, frames: list[str]) -> tuple[Counter[str], int | None]:
    """Send all frames at once on a new socket. Returns how many answers of each kind came, and the close code."""
    answers: Counter[str] = Counter()
    parts = urlsplit(person.websocket_url)
    sock = socket.create_connection((parts.hostname, parts.port), source_address=(address(), 0))
    with connect(
        person.websocket_url,
        sock=sock,
        additional_headers=person.authorization,
        compression=None,
        ping_interval=None,
        max_queue=10_000,
    ) as client:
        with suppress(ConnectionClosed):
            for frame in frames:
                client.send(frame)
        with suppress(ConnectionClosed):
            while True:
                answer = json.loads(client.recv(timeout=6 * PATIENCE))
                answers[answer.get("code", answer["event"])] += 1
    return answers, client.close_code


def messages(receiver: Person, count: int) -> list[str]:
    frame = {"action": "private-message", "toUserId": receiver.user_id, "message": "hi"}
    return [json.dumps(frame | {"clientMessageId": f"{time.monotonic_ns()}-{number}"}) for number in range(count)]


def floods_of_messages(flooder: Person, receiver: Person) -> None:
    answers, code = flood(flooder, messages(receiver, 1_500))
    assert code == 1000
    assert answers["ack"] <= 600
    assert answers["flooding"] >= 1
    assert MAX_REFUSED / 2 <= answers["rate_limited"] <= MAX_REFUSED + IN_FLIGHT


def floods_of_nonsense(flooder: Person, _receiver: Person) -> None:
    answers, code = flood(flooder, ["nonsense"] * 12_000)
    assert code == 1000
    assert answers["flooding"] >= 1
    assert answers["bad_request"] + answers["rate_limited"] <= 100 + MAX_REFUSED + IN_FLIGHT


def floods_of_messages_to_oneself(flooder: Person, _receiver: Person) -> None:
    """They are refused before they count as messages."""
    answers, code = flood(flooder, messages(flooder, 2_000))
    assert code == 1000
    assert answers["flooding"] >= 1
    assert answers["bad_request"] + answers["rate_limited"] <= 100 + MAX_REFUSED + IN_FLIGHT


def floods_of_ten_sockets(flooder: Person, receiver: Person) -> None:
    """Of a user who has used up most of the minute's messages, as `nearly_used_up` says."""
    with ThreadPoolExecutor(10) as threads:
        floods = [threads.submit(flood, flooder, messages(receiver, 100)) for _ in range(10)]
    answers: Counter[str] = Counter()
    for each in floods:
        counted, code = each.result()
        assert code == 1000
        answers += counted
    assert answers["ack"] <= 600
    assert answers["rate_limited"] <= MAX_REFUSED + 10 * IN_FLIGHT


def floods_of_connects(flooder: Person, _receiver: Person) -> None:
    statuses: Counter[int] = Counter()

    def open_one(_number: int) -> None:
        try:
            with connect(flooder.websocket_url, additional_headers=flooder.authorization, compression=None):
                statuses[101] += 1
        except InvalidStatus as refused:
            statuses[refused.response.status_code] += 1

    with ThreadPoolExecutor(30) as threads:
        list(threads.map(open_one, range(300)))
    assert statuses == {101: 100, 429: 200}


def nearly_used_up(redis_url: str, person: Person) -> None:
    """Leaves a user 50 messages of this minute's 600."""
    now = time.time() * 1000
    with opened_redis(redis_url) as redis:
        redis.zadd(
            f"ratelimit:{person.user_id}:private-message", {f"before {number}": now + 60_000 for number in range(550)}
        )


def floods_of_many(flooders: Sequence[Person], receiver: Person, size: int) -> None:
    """Of messages of several users, each of whom sends so many."""
    with ThreadPoolExecutor(len(flooders)) as threads:
        floods = [threads.submit(flood, flooder, messages(receiver, size)) for flooder in flooders]
    for each in floods:
        answers, code = each.result()
        assert code == 1000
        assert answers["unavailable"] == 0
        assert answers["ack"] <= PER_MINUTE


FLOODS: Sequence[Callable[[Person, Person], None]] = (
    floods_of_messages,
    floods_of_nonsense,
    floods_of_messages_to_oneself,
    floods_of_ten_sockets,
    floods_of_connects,
)
"""The floods of one user."""
