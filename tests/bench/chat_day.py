"""A day of a chat product as data: the operations with which the load on MongoDB is measured."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

WHY = (
    "People look more often than they write: most visits are short glances at who is there and what is new, spread "
    "over the waking hours, and most of them concern the same few partners."
)


class Kind(StrEnum):
    """The operations, in the order in which they are reported."""

    LOG_IN = "log in"
    CONNECT = "open a websocket"
    OWN_PROFILE = "own profile"
    PRESENCE = "presence of all partners"
    HISTORY = "newest messages"
    OLDER = "older messages"
    PROFILE = "another's profile"
    SEND = "send a message"
    HEARTBEAT = "heartbeat (register)"
    EDIT = "change the profile"
    DISCONNECT = "close a websocket"


@dataclass(frozen=True)
class Operation:
    """What the user of a number does, and with which other user. Numbers begin at 0."""

    kind: Kind
    user: int
    other: int


@dataclass(frozen=True)
class Step:
    """The visits that begin in one step of the day. They overlap: all of them have opened before any closes."""

    opening: list[Operation]
    using: list[Operation]
    closing: list[Operation]


@dataclass(frozen=True)
class ChatDay:
    """Fractions are of visits: 0.1 means that one visit in ten has the operation."""

    users: int = 21
    partners: int = 20
    """Of each user, an even number. A partner of rank r is chosen with weight 1/r: the first one 28 times in 100."""

    past_messages: int = 60
    """How many messages a conversation has when the day begins."""

    waking_hours: int = 16
    steps_an_hour: int = 6
    visits: int = 25
    conversations_opened: int = 3
    profiles_of_partners: int = 1
    profiles_of_anybody: int = 1
    messages_for_each_conversation: float = 0.5
    older_page: float = 0.1
    heartbeats: int = 2
    """One every four minutes, while the page stays open."""

    edit: float = 0.02
    seed: int = 1

    def steps(self) -> Iterator[Step]:
        """The steps of the day in order, the same for the same seed. Each user logs in at their first visit."""
        rng = random.Random(self.seed)
        number = self.waking_hours * self.steps_an_hour
        visitors: list[set[int]] = [set() for _ in range(number)]
        for user in range(self.users):
            for step in rng.sample(range(number), min(self.visits, number)):
                visitors[step].add(user)
        logged_in: set[int] = set()
        for present in visitors:
            users = sorted(present)
            visits = [list(self._visit(user, rng)) for user in users]
            yield Step(
                opening=[
                    *(Operation(Kind.LOG_IN, user, user) for user in users if user not in logged_in),
                    *(Operation(Kind.CONNECT, user, user) for user in users),
                ],
                using=_interleaved(visits, rng),
                closing=[Operation(Kind.DISCONNECT, user, user) for user in users],
            )
            logged_in |= present

    def partners_of(self, user: int) -> list[int]:
        """The partners of a user by rank. Partnership is mutual, with a rank at most one lower or higher."""
        return [
            (user + side * distance) % self.users for distance in range(1, self.partners // 2 + 1) for side in (1, -1)
        ]

    def conversations(self) -> list[tuple[int, int]]:
        """All pairs of users who are partners."""
        pairs = {tuple(sorted((user, other))) for user in range(self.users) for other in self.partners_of(user)}
        return sorted((first, second) for first, second in pairs)

    def _visit(self, user: int, rng: random.Random) -> Iterator[Operation]:
        yield Operation(Kind.OWN_PROFILE, user, user)
        yield Operation(Kind.PRESENCE, user, user)
        for _ in range(self.conversations_opened):
            partner = self._partner(user, rng)
            yield Operation(Kind.HISTORY, user, partner)
            if rng.random() < self.older_page:
                yield Operation(Kind.OLDER, user, partner)
            if rng.random() < self.messages_for_each_conversation:
                yield Operation(Kind.SEND, user, partner)
        for _ in range(self.profiles_of_partners):
            yield Operation(Kind.PROFILE, user, self._partner(user, rng))
        for _ in range(self.profiles_of_anybody):
            yield Operation(Kind.PROFILE, user, rng.randrange(self.users))
        for _ in range(self.heartbeats):
            yield Operation(Kind.HEARTBEAT, user, user)
        if rng.random() < self.edit:
            yield Operation(Kind.EDIT, user, user)

    def _partner(self, user: int, rng: random.Random) -> int:
        partners = self.partners_of(user)
        [chosen] = rng.choices(partners, weights=[1 / rank for rank in range(1, len(partners) + 1)])
        return chosen


def _interleaved(visits: list[list[Operation]], rng: random.Random) -> list[Operation]:
    """The operations of simultaneous visits in random turns, each visit in its own order."""
    turns = [number for number, visit in enumerate(visits) for _ in visit]
    rng.shuffle(turns)
    remaining = [iter(visit) for visit in visits]
    return [next(remaining[number]) for number in turns]
