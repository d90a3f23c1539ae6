"""Races: processes that work on the same data at the same time, each with a wiring of its own and no shared cache."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from chalicelib import settings
from chalicelib.wiring import Wiring
from tests.resilience.stress.shared_numbers import SharedNumbers
from tests.support.proxies.slow import HoldUp, SlowProxy, at_random
from tests.support.waiting import eventually

SLOWEST_ANSWER = 0.02
"""Seconds that a reply of MongoDB to a slow player is held up at most, so that many writes fit into a fill."""

# Players are forked by one process that has imported what they need: to import it takes each 0.7 s of processor time.
PLAYERS = get_context("forkserver")
PLAYERS.set_forkserver_preload([__name__])

LONGEST_SECONDS = 600.0
"""Seconds after which a race ends by itself, even where nobody stops it."""


@dataclass
class Tally:
    """What players did; `wrong` is what they saw and must not have seen."""

    reads: int = 0
    writes: int = 0
    late: int = 0
    """Reads that were stale within the time in which they may be."""
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.reads += other.reads
        self.writes += other.writes
        self.late += other.late
        self.wrong += other.wrong


class Player(Protocol):
    """What one process does over and over. A player is sent to its process, so it holds plain data."""

    @property
    def slow(self) -> bool:
        """Whether MongoDB's replies are held up."""

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        """Makes one read or write, and adds it to `tally`."""


@dataclass
class Performance:
    """A race under way. `tally` is complete once the block of `playing` is left."""

    numbers: SharedNumbers
    tally: Tally = field(default_factory=Tally)


@contextmanager
def playing(
    players: Sequence[Player],
    environment: Mapping[str, str],
    directory: Path,
    *,
    numbers: int,
    wiring_type: type[Wiring] = Wiring,
) -> Iterator[Performance]:
    """Runs all players at once, from the beginning of the block to its end.

    `numbers` is how many integers they share, each 0 at first. Raises the error of a player.
    """
    path = directory / "numbers"
    stop, ready = numbers, numbers + 1
    with closing(SharedNumbers.create(path, ready + len(players))) as shared:
        performance = Performance(shared)
        with ProcessPoolExecutor(len(players), PLAYERS) as processes:
            acts = [
                processes.submit(_Act(player, dict(environment), path, stop, ready + place, wiring_type).perform)
                for place, player in enumerate(players)
            ]
            try:
                eventually(
                    lambda: any(act.done() for act in acts) or all(shared[ready + n] for n in range(len(players))),
                    seconds=30,
                    what="the players are ready",
                )
                yield performance
            finally:
                shared[stop] = 1
            for act in acts:
                performance.tally.add(act.result())


@contextmanager
def open_wiring(
    environment: Mapping[str, str], before_answer: HoldUp | None, wiring_type: type[Wiring] = Wiring
) -> Iterator[Wiring]:
    """Opens a wiring. `before_answer`, if it is given, is called before each reply of MongoDB is passed on."""
    changes: dict[str, str] = {}
    with ExitStack() as stack:
        if before_answer is not None:
            mongodb = urlsplit(environment["MONGODB_URI"])
            proxy = stack.enter_context(
                SlowProxy(mongodb.hostname or "", mongodb.port or 27017, before_answer=before_answer)
            )
            # A member of a replica set tells its own address, so that a client which is not direct bypasses the proxy.
            changes["MONGODB_URI"] = f"mongodb://127.0.0.1:{proxy.port}{mongodb.path}?directConnection=true"
        yield stack.enter_context(closing(wiring_type(settings.load({**environment, **changes}))))


@dataclass(frozen=True)
class _Act:
    """What one process runs. `stop` and `ready` are the places of the shared numbers that say so."""

    player: Player
    environment: Mapping[str, str]
    numbers: Path
    stop: int
    ready: int
    wiring_type: type[Wiring]

    def perform(self) -> Tally:
        tally = Tally()
        rng = random.Random()
        before_answer = at_random(rng, SLOWEST_ANSWER) if self.player.slow else None
        ends_at = time.monotonic() + LONGEST_SECONDS
        with (
            closing(SharedNumbers(self.numbers)) as numbers,
            open_wiring(self.environment, before_answer, self.wiring_type) as wiring,
        ):
            numbers[self.ready] = 1
            while not numbers[self.stop] and time.monotonic() < ends_at:
                self.player.step(wiring, numbers, rng, tally)
        return tally
