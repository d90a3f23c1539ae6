"""Two users who have nothing to do with an attack, and whose messages must all arrive meanwhile."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from tests.e2e.clients import Person

MESSAGES = 30
"""As many are exchanged in quiet, and at least as many beside the attack."""

PAUSE = 0.15
"""Seconds between two messages, in quiet as beside the attack.

It keeps to the limit of 600 in a minute however long an attack is, and who sends more at once is taken for a flood.
"""


def talk_beside(attack: Callable[[], None], ada: Person, bob: Person, what: str) -> tuple[list[float], list[float]]:
    """Exchanges messages before and during the attack, prints how long they took, and returns it: the seconds of each.

    Raises AssertionError where one of them does not arrive, is refused or fails, and what the attack raises.
    """
    with ada.device() as phone, bob.device() as tablet, ThreadPoolExecutor(1) as threads:

        def round_trip(name: str) -> float:
            began = time.monotonic()
            phone.send("private-message", toUserId=bob.user_id, message=name, clientMessageId=name)
            phone.expect("ack", clientMessageId=name)
            tablet.expect("private-message", message=name)
            return time.monotonic() - began

        quiet: list[float] = []
        for number in range(MESSAGES):
            quiet.append(round_trip(f"quiet-{number}"))
            time.sleep(PAUSE)
        running = threads.submit(attack)
        beside: list[float] = []
        while len(beside) < MESSAGES or not running.done():
            beside.append(round_trip(f"beside-{len(beside)}"))
            wait([running], timeout=PAUSE)
        running.result()
        assert not phone.kept("error")
        assert not tablet.kept("error")
    print(f"{what}: a message takes {_figures(quiet)} in quiet, and {_figures(beside)} beside it.")  # noqa: T201 - figures
    return quiet, beside


def _figures(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return f"{p50 * 1000:.0f} ms (p50) and {p99 * 1000:.0f} ms (p99)"
