"""Users who are blocked and unblocked while others look: at the blocker's cached copy, and at that of the blockers."""

import random
import time
from dataclasses import dataclass

from chalicelib.errors import Blocked
from chalicelib.security.tokens import Credentials
from chalicelib.wiring import Wiring
from tests.resilience.stress.race import Tally
from tests.resilience.stress.shared_numbers import SharedNumbers

LONGEST_PAUSE = 0.05
"""Seconds between two changes at most."""

Pair = tuple[Credentials, Credentials]
"""(the user who blocks, the user who is blocked)"""


def numbers_of(pairs: tuple[Pair, ...]) -> int:
    """Returns how many numbers these players share: of each pair, the changes begun and those acknowledged.

    After an odd number of changes the second of the two is blocked.
    """
    return 2 * len(pairs)


@dataclass(frozen=True)
class Blocker:
    """Blocks and unblocks, as the first user of each pair."""

    pairs: tuple[Pair, ...]
    slow: bool = False

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = rng.randrange(len(self.pairs))
        blocker, blocked = self.pairs[place]
        changes = numbers[2 * place] + 1
        numbers[2 * place] = changes
        change = wiring.blocks.block if changes % 2 else wiring.blocks.unblock
        change(blocker, blocked.user_id)
        numbers[2 * place + 1] = changes
        tally.writes += 1
        time.sleep(rng.uniform(0, LONGEST_PAUSE))


@dataclass(frozen=True)
class Onlooker:
    """Tries what a block forbids, or asks for the presence of the blocker, who is online all the time.

    `deleted` is the share of looks that find the cached copy deleted.
    """

    pairs: tuple[Pair, ...]
    deleted: float
    slow: bool = True

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = rng.randrange(len(self.pairs))
        blocker, blocked = self.pairs[place]
        by_presence = rng.random() < 0.5
        if rng.random() < self.deleted:
            wiring.redis.delete(f"blockers:{blocked.user_id}" if by_presence else f"user:{blocker.user_id}")
        acknowledged = numbers[2 * place + 1]
        look = self._is_hidden if by_presence else self._is_refused
        seen = look(wiring, blocker, blocked)
        tally.reads += 1
        # Only where no change came in between is it known which of the two should have been seen.
        if numbers[2 * place] == acknowledged and seen != bool(acknowledged % 2):
            how = "by presence" if by_presence else "by what is refused"
            tally.wrong.append(f"{how} it was {'blocked' if seen else 'not blocked'} after change {acknowledged}")

    @staticmethod
    def _is_hidden(wiring: Wiring, blocker: Credentials, blocked: Credentials) -> bool:
        [state] = wiring.presence_queries.states(blocked, [blocker.user_id])
        return not state.online

    @staticmethod
    def _is_refused(wiring: Wiring, blocker: Credentials, blocked: Credentials) -> bool:
        try:
            wiring.conversations.typing(blocked, blocker.user_id)
        except Blocked:
            return True
        return False
