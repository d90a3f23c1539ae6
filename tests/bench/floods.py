"""How long the messages of two users take while others flood the gateway, beside how long they take in quiet."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path

from infra.local.running import running_system
from tests.bench.samples import Measured, Round
from tests.e2e.clients import Person, sign_up
from tests.resilience.hostile.flooding import FLOODS, floods_of_many, floods_of_ten_sockets, nearly_used_up
from tests.resilience.hostile.other_pair import talk_beside
from tests.support.system import SETTINGS

FLOODERS = 3


def beside_floods(shell: Mapping[str, str], directory: Path, rounds: int) -> Iterator[tuple[str, Measured, Measured]]:
    """Yields each kind of flood, with the round trips in quiet and beside it.

    The system has the limits that it has by default, as it is by them that floods are refused.
    """
    with running_system(directory, {**shell, **SETTINGS}) as system:

        def person() -> Person:
            return sign_up(system)

        def one() -> None:
            flooder = person()
            if kind is floods_of_ten_sockets:
                nearly_used_up(system.environment["REDIS_URL"], flooder)
            kind(flooder, person())

        def many() -> None:
            floods_of_many([person() for _ in range(FLOODERS)], person(), 1_500)

        for kind in FLOODS:
            yield kind.__name__.replace("_", " "), *_measured(one, person, rounds)
        yield f"floods of messages of {FLOODERS} users", *_measured(many, person, rounds)


def _measured(attack: Callable[[], None], person: Callable[[], Person], rounds: int) -> tuple[Measured, Measured]:
    """All rounds are taken together, as a flood is over after a few messages of others."""
    quiet: list[float] = []
    beside: list[float] = []
    for _ in range(rounds):
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            before, during = talk_beside(attack, person(), person(), "")
        quiet += before
        beside += during
    return Measured.of([Round(sorted(quiet), 0.0)]), Measured.of([Round(sorted(beside), 0.0)])
