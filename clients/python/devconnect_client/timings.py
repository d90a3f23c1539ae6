"""The intervals and timeouts of the client."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timings:
    """All values are in seconds."""

    heartbeat: float = 240.0
    """The longest interval of heartbeats."""
    polling: float = 600.0
    """The interval of polling the list of conversations, for what no push has told."""
    answer: float = 10.0
    """How long an answer may take before the request is repeated, or the socket is considered dead."""
    gap: float = 0.3
    """How long an overtaken push may take before the gap is synced."""
    first_delay: float = 0.5
    """The longest delay after a first failure; it doubles with each further failure."""
    longest_delay: float = 30.0
    """The upper limit of that doubling."""
    stable: float = 30.0
    """A socket that stayed open this long was a success, and its end counts as a first failure again."""
    closing: float = 1.0
    """How long the peer may take to answer the close frame."""
