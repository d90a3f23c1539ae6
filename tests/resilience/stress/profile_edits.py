"""Profiles that are edited while others read them: a counter in `about`, and what was acknowledged of it."""

import random
import time
from dataclasses import dataclass

from chalicelib.models.requests import ProfileChange
from chalicelib.security.tokens import Credentials
from chalicelib.wiring import Wiring
from tests.resilience.stress.race import Tally
from tests.resilience.stress.shared_numbers import SharedNumbers

LONGEST_PAUSE = 0.05
"""Seconds between two edits at most, so that copies are read as well as filled."""


def numbers_of(people: tuple[Credentials, ...]) -> int:
    """How many numbers these players share: two for each, the newest one acknowledged and its time."""
    return 2 * len(people)


@dataclass(frozen=True)
class Editor:
    """Edits the profiles of `people`, of which there is no other editor."""

    people: tuple[Credentials, ...]
    slow: bool = False

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        self.edit(rng.randrange(len(self.people)), wiring, numbers)
        tally.writes += 1
        time.sleep(rng.uniform(0, LONGEST_PAUSE))

    def edit(self, place: int, wiring: Wiring, numbers: SharedNumbers) -> None:
        """One edit of one of the people; noted as acknowledged after the answer, and not before."""
        number = numbers[2 * place] + 1
        wiring.profiles.change(self.people[place], ProfileChange(about=str(number)))
        numbers[2 * place + 1] = time.monotonic_ns()  # the same clock in all processes
        numbers[2 * place] = number


@dataclass(frozen=True)
class ProfileReader:
    """Reads them, each by everybody. `deleted` is the share of reads that find their copy gone.

    For `grace` seconds after an acknowledgement a read may be stale.
    """

    people: tuple[Credentials, ...]
    deleted: float = 0.0
    grace: float = 0.0
    slow: bool = True

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = rng.randrange(len(self.people))
        whose, reader = self.people[place], rng.choice(self.people)
        if rng.random() < self.deleted:
            wiring.redis.delete(f"user:{whose.user_id}")
        # Both are noted before the read begins: whatever is acknowledged later may be missing.
        acknowledged, acknowledged_at = numbers[2 * place], numbers[2 * place + 1]
        asked_at = time.monotonic_ns()
        profiles = wiring.profiles
        profile = profiles.own(whose) if reader is whose else profiles.of(reader, whose.user_id)
        tally.reads += 1
        if int(profile.about or 0) >= acknowledged:
            return
        age = (asked_at - acknowledged_at) / 1e9
        if age < self.grace:
            tally.late += 1
        else:
            tally.wrong.append(f"saw {profile.about}, {age:.3f} s after {acknowledged} was acknowledged")
