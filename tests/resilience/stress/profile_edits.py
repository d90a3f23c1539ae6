"""Profiles that are edited while others read them: `about` is a counter, whose acknowledged value readers must see."""

import random
import time
from dataclasses import dataclass

from chalicelib.models.requests import ProfileChange
from chalicelib.security.tokens import Credentials
from chalicelib.wiring import Wiring
from tests.resilience.stress.race import Tally
from tests.resilience.stress.shared_numbers import SharedNumbers

LONGEST_PAUSE = 0.05
"""Seconds between two edits at most, so that cached copies are read as well as filled."""


def numbers_of(people: tuple[Credentials, ...]) -> int:
    """Returns how many numbers these players share: of each user, the newest acknowledged edit and its time."""
    return 2 * len(people)


@dataclass(frozen=True)
class Editor:
    """Edits the profiles of `people`; there is no other editor of them."""

    people: tuple[Credentials, ...]
    slow: bool = False

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        self.edit(rng.randrange(len(self.people)), wiring, numbers)
        tally.writes += 1
        time.sleep(rng.uniform(0, LONGEST_PAUSE))

    def edit(self, place: int, wiring: Wiring, numbers: SharedNumbers) -> None:
        """Makes one edit of a user's profile, and notes it as acknowledged after that, not before."""
        number = numbers[2 * place] + 1
        wiring.profiles.change(self.people[place], ProfileChange(about=str(number)))
        numbers[2 * place + 1] = time.monotonic_ns()  # all processes share this clock
        numbers[2 * place] = number


@dataclass(frozen=True)
class ProfileReader:
    """Reads the profiles, each of them as any of the users.

    `deleted` is the share of reads that find the cached copy deleted. For `grace` seconds after an acknowledgement a
    read may be stale.
    """

    people: tuple[Credentials, ...]
    deleted: float = 0.0
    grace: float = 0.0
    slow: bool = True

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = rng.randrange(len(self.people))
        owner, reader = self.people[place], rng.choice(self.people)
        if rng.random() < self.deleted:
            wiring.redis.delete(f"user:{owner.user_id}")
        # Both are taken before the read begins: edits that are acknowledged later may be missing.
        acknowledged, acknowledged_at = numbers[2 * place], numbers[2 * place + 1]
        began_at = time.monotonic_ns()
        profiles = wiring.profiles
        profile = profiles.own(owner) if reader is owner else profiles.of(reader, owner.user_id)
        tally.reads += 1
        if int(profile.about or 0) >= acknowledged:
            return
        age = (began_at - acknowledged_at) / 1e9
        if age < self.grace:
            tally.late += 1
        else:
            tally.wrong.append(f"saw {profile.about}, {age:.3f} s after {acknowledged} was acknowledged")
