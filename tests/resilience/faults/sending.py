"""Load: senders that write messages through the app's own services, each with a wiring of its own."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from chalicelib import settings
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.support.system import LOADED
from tests.support.users import sign_up

LONGEST_SECONDS = 600.0
"""Seconds after which the load ends by itself, even where nobody stops it."""


@dataclass
class Load:
    """What the senders have done so far."""

    stop: threading.Event = field(default_factory=threading.Event)
    durations: list[float] = field(default_factory=list)
    """How long each message took, in seconds."""
    failures: list[Exception] = field(default_factory=list)


@contextmanager
def sending(environment: Mapping[str, str], *, senders: int = 2, per_second: float = 100.0) -> Iterator[Load]:
    """Each sender writes up to `per_second` messages, to one user after the other; none of the users is online.

    Raises the first error of a sender.
    """
    load = Load()
    ends_at = time.monotonic() + LONGEST_SECONDS
    threads = [
        threading.Thread(target=_send, args=(environment, load, 1 / per_second, ends_at)) for _ in range(senders)
    ]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop.set()
        for thread in threads:
            thread.join()
    if load.failures:
        raise load.failures[0]


def _send(environment: Mapping[str, str], load: Load, pause: float, ends_at: float) -> None:
    wiring = Wiring(settings.load({**environment, **LOADED}))
    try:
        people = [sign_up(wiring) for _ in range(4)]
        number = 0
        while not load.stop.wait(pause) and time.monotonic() < ends_at:
            sender, receiver = people[number % 4], people[(number + 1) % 4]
            started = time.monotonic()
            wiring.messages.send(sender.credentials, to_user_id=receiver.user.userId, draft=Draft(str(number)))
            load.durations.append(time.monotonic() - started)
            number += 1
    except Exception as error:  # noqa: BLE001 - the test that asked for the load raises it
        load.failures.append(error)
    finally:
        wiring.close()
