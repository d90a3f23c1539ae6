"""How long the messages of two users take while others flood the gateway, beside how long they take in quiet."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path

from infra.local.running import running_system
from tests.bench.samples import Measured, Round
from tests.e2e.clients import Person, sign_up
from tests.resilience.hostile.flooding import (
    FLOODS,
    floods_of_many,
    floods_of_messages,
    floods_of_ten_sockets,
    nearly_used_up,
)
from tests.resilience.hostile.other_pair import talk_beside
from tests.support.system import SETTINGS

FLOODERS = 3

Flood = Callable[[Person, Person], None]


def beside_floods(shell: Mapping[str, str], directory: Path, rounds: int) -> Iterator[tuple[str, Measured, Measured]]:
    """Yields each kind of flood, with the round trips in quiet and beside it.

    The system has the limits that it has by default, as it is by them that floods are refused. It goes through one
    flood before: what servers and workers do for the first time takes them some 30 ms, here and in quiet.
    """
    with running_system(directory, {**shell, **SETTINGS}) as system:

        def person() -> Person:
            return sign_up(system)

        def of_one(kind: Flood) -> Callable[[], None]:
            flooder, receiver = person(), person()
            if kind is floods_of_ten_sockets:
                nearly_used_up(system.environment["REDIS_URL"], flooder)
            return partial(kind, flooder, receiver)

        def of_many() -> Callable[[], None]:
            return partial(floods_of_many, [person() for _ in range(FLOODERS)], person(), 1_500)

        of_one(floods_of_messages)()
        for kind in FLOODS:
            yield kind.__name__.replace("_", " "), *_measured(partial(of_one, kind), person, rounds)
        yield f"floods of messages of {FLOODERS} users", *_measured(of_many, person, rounds)


def _measured(
    prepare: Callable[[], Callable[[], None]], person: Callable[[], Person], rounds: int
) -> tuple[Measured, Measured]:
    """All rounds are taken together, as a flood is over after a few messages of others."""
    quiet: list[float] = []
    beside: list[float] = []
    for _ in range(rounds):
        with (
            _in_another_process(prepare()) as attack,
            Path(os.devnull).open("w") as nowhere,
            redirect_stdout(nowhere),
        ):
            before, during = talk_beside(attack, person(), person(), "")
        quiet += before
        beside += during
    return Measured.of([Round(sorted(quiet), 0.0)]), Measured.of([Round(sorted(beside), 0.0)])


@contextmanager
def _in_another_process(attack: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Give a function that has the attack carried out by another process, and returns when it is over.

    In this one, its threads would hold up those that measure.
    """
    forking = multiprocessing.get_context("fork")
    begin = forking.Event()

    def wait_and_attack() -> None:
        os.nice(19)  # who attacks does so from a machine of their own
        begin.wait()
        attack()

    process = forking.Process(target=wait_and_attack, daemon=True)
    process.start()  # now, as no other thread runs yet

    def start_and_wait() -> None:
        begin.set()
        process.join()
        if process.exitcode:
            raise ChildProcessError(f"The flood has failed with exit code {process.exitcode}.")

    try:
        yield start_and_wait
    finally:
        process.kill()
        process.join()
