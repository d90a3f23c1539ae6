"""How long the client waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timings:
    """In seconds."""

    heartbeat: float = 30.0
    """Between two heartbeats, and between two looks at the list of conversations."""
    answer: float = 10.0
    """How long an answer may take before it is asked for again, or the socket is taken for dead."""
    gap: float = 0.3
    """How long a push that others have overtaken may take, before the gap is synced."""
    first_delay: float = 0.5
    """The longest wait after a first failure; it doubles with each further one."""
    longest_delay: float = 30.0
    """What it doubles up to."""
    stable: float = 30.0
    """After so long a socket was a success, and its end is a first failure again."""
    closing: float = 1.0
    """How long the other side may take to answer that the socket is closed."""
