"""Load through the gateway: users who write, log in and change their profiles over HTTP; each call is timed."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from infra.local.running import RunningSystem
from tests.e2e.clients import PASSWORD, Person, sign_up

LONGEST_SECONDS = 300.0
"""Seconds after which the load ends by itself, even where nobody stops it."""


@dataclass(frozen=True)
class Call:
    started_at: float
    """Seconds of the monotonic clock."""
    seconds: float
    status: int
    what: str


@dataclass
class Usage:
    """What the users have done so far."""

    stop: threading.Event = field(default_factory=threading.Event)
    calls: list[Call] = field(default_factory=list)
    failures: list[httpx.TransportError] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[Call]:
        """Returns the calls that were under way or began in this time."""
        return [call for call in self.calls if call.started_at < end and call.started_at + call.seconds > start]


@contextmanager
def using(system: RunningSystem, *, users: int, per_second: float, seed: int) -> Iterator[Usage]:
    """Each user makes up to `per_second` calls, of which one in ten is a login and one in ten a change of the profile.

    Raises the error of the first call that got no response.
    """
    usage = Usage()
    ends_at = time.monotonic() + LONGEST_SECONDS
    people = [sign_up(system) for _ in range(users)]
    threads = [
        threading.Thread(
            target=_use,
            args=(person, people[number - 1].user_id, usage, 1 / per_second, ends_at, random.Random(seed + number)),
        )
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    try:
        yield usage
    finally:
        usage.stop.set()
        for thread in threads:
            thread.join()
        for person in people:
            person.http.close()
    if usage.failures:
        raise usage.failures[0]


def _use(person: Person, friend: str, usage: Usage, pause: float, ends_at: float, rng: random.Random) -> None:
    log_in = ("POST", "/api/login", {"emailId": person.email_id, "password": PASSWORD})
    change = ("PATCH", "/api/profile", {"about": "under load"})
    write = ("POST", "/api/messages", {"toUserId": friend, "message": "under load"})
    while not usage.stop.wait(pause) and time.monotonic() < ends_at:
        [(method, path, body)] = rng.choices([log_in, change, write], weights=[1, 1, 8])
        started = time.monotonic()
        try:
            answer = person.http.request(method, path, json=body, headers=person.authorization)
        except httpx.TransportError as error:
            usage.failures.append(error)
            return
        usage.calls.append(Call(started, time.monotonic() - started, answer.status_code, path))
