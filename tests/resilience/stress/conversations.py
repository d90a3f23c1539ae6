"""Conversations that both users write to and read at the same time."""

import random
import time
from dataclasses import dataclass

from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import HistoryQuery
from chalicelib.models.responses import HistoryResponse
from chalicelib.security.tokens import Credentials
from chalicelib.stores.message_commits import Draft
from chalicelib.wiring import Wiring
from tests.resilience.stress.race import Tally
from tests.resilience.stress.shared_numbers import SharedNumbers

LONGEST_PAUSE = 0.03
"""Seconds between two messages of a side at most."""

Pair = tuple[Credentials, Credentials]


def numbers_of(pairs: tuple[Pair, ...]) -> int:
    """Returns how many numbers these players share: of each side of each pair, its newest acknowledged seq."""
    return 2 * len(pairs)


@dataclass(frozen=True)
class Sender:
    """Writes for one side (0 or 1) of every pair; there is no other sender for it."""

    pairs: tuple[Pair, ...]
    side: int
    slow: bool = False

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = rng.randrange(len(self.pairs))
        sender, receiver = self.pairs[place][self.side], self.pairs[place][1 - self.side]
        sent = wiring.messages.send(sender, to_user_id=receiver.user_id, draft=Draft("under load"))
        numbers[2 * place + self.side] = sent.message.seq
        tally.writes += 1
        time.sleep(rng.uniform(0, LONGEST_PAUSE))


@dataclass(frozen=True)
class HistoryReader:
    """Reads as either side. `deleted` is the share of reads that find the cached copy deleted."""

    pairs: tuple[Pair, ...]
    deleted: float
    slow: bool = True

    def step(self, wiring: Wiring, numbers: SharedNumbers, rng: random.Random, tally: Tally) -> None:
        place = rng.randrange(len(self.pairs))
        reader, other = rng.sample(self.pairs[place], 2)
        if rng.random() < self.deleted:
            wiring.redis.delete(f"messages:{pair_id(reader.user_id, other.user_id)}")
        acknowledged = max(numbers[2 * place], numbers[2 * place + 1])
        after = rng.randint(max(0, acknowledged - 60), acknowledged) if rng.random() < 0.5 else None
        query = HistoryQuery(after=after, limit=rng.randint(1, 60))
        page = wiring.messages.history(reader, other.user_id, query)
        tally.reads += 1
        fault = fault_of(page, query, acknowledged)
        if fault is not None:
            tally.wrong.append(f"{fault}: {query} gave {[message.seq for message in page.messages]}")


def fault_of(page: HistoryResponse, query: HistoryQuery, acknowledged: int) -> str | None:
    """Returns what is wrong with a page that was read when all messages up to `acknowledged` had been acknowledged."""
    seqs = [message.seq for message in page.messages]
    if seqs and seqs != list(range(seqs[0], seqs[0] + len(seqs))):
        return "a gap or a double"
    if len({message.messageId for message in page.messages}) != len(seqs):
        return "a message in two places"
    if query.after is None:
        return _fault_of_newest(seqs, page.hasMore, acknowledged)
    return _fault_of_later(seqs, page.hasMore, query.after, query.limit, acknowledged)


def _fault_of_newest(seqs: list[int], has_more: bool, acknowledged: int) -> str | None:
    if (seqs[-1] if seqs else 0) < acknowledged:
        return f"no {acknowledged}"
    return None if has_more == (seqs[:1] > [1]) else "hasMore is wrong"


def _fault_of_later(seqs: list[int], has_more: bool, after: int, limit: int, acknowledged: int) -> str | None:
    if seqs and seqs[0] != after + 1:
        return "a gap at the beginning"
    if (seqs[-1] if seqs else after) < acknowledged and not (has_more and len(seqs) == limit):
        return f"no {acknowledged}, and no word of more"
    return None
