"""What a soak does: everything follows from a seed and a number of messages."""

import os
from dataclasses import dataclass
from typing import Self

MESSAGES_A_HARM = 10_000
LEAST_HARMS = 12
OFFLINE_SHARE = 0.1
"""The share of the users that never open a websocket, and so are notified."""


@dataclass(frozen=True)
class Plan:
    """`library_users` are those of the `users` that use the Python client; the others use raw sockets."""

    messages: int
    seed: int
    users: int = 1_000
    library_users: int = 20
    library_share: float = 0.05
    """The share of the messages that the library's clients send."""

    @property
    def harms(self) -> int:
        """How often something is killed, stopped, filled or cut."""
        return max(LEAST_HARMS, self.messages // MESSAGES_A_HARM)

    @classmethod
    def from_environment(cls) -> Self:
        """Raises ValueError where MESSAGES or SEED is no whole number."""
        seed = os.environ.get("SEED")
        return cls(
            messages=int(os.environ.get("MESSAGES") or 1_000_000),
            seed=int(seed) if seed else int.from_bytes(os.urandom(4)),
        )
