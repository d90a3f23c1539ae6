"""The heartbeat: it keeps this device online, and shows that the connection is alive."""

import asyncio
import time

from devconnect_client.errors import DevConnectError, retry_after
from devconnect_client.timings import Timings


class Heartbeat:
    """It asks for an answer only where nothing else has shown that the connection is alive."""

    def __init__(self, timings: Timings) -> None:
        self.answered = asyncio.Event()
        self._timings = timings
        self._expires_in = float("inf")
        self._retry_after: float | None = None
        self._is_quiet = True
        self._received_at = 0.0

    def reconnected(self) -> None:
        """A new websocket is open, on which nothing was received yet."""
        self._is_quiet = True
        self._received_at = time.monotonic()

    def received(self) -> None:
        """A frame was received, whichever it is: the connection is alive."""
        self._is_quiet = False
        self._received_at = time.monotonic()

    def is_silent_since(self, moment: float) -> bool:
        """Whether nothing has been received since a moment of the monotonic clock."""
        return self._received_at <= moment

    def asks(self) -> bool:
        """Whether the next heartbeat asks for an answer: nothing came since the one before, or that one failed."""
        asks = self._is_quiet or self._retry_after is not None
        self._is_quiet = True
        return asks

    def registered(self, expires_in: float) -> None:
        """The service keeps this device online for `expires_in` seconds without another heartbeat."""
        self._expires_in = expires_in
        self._retry_after = None
        self.answered.set()

    def refused(self, error: DevConnectError) -> None:
        """A heartbeat was answered by an error; whatever the error, the connection is alive."""
        self._retry_after = retry_after(error) or self._timings.answer
        self.answered.set()

    def outcome_unknown(self) -> None:
        """Some frame that was sent may not have been processed, but the connection is alive."""
        self._retry_after = self._timings.answer
        self.answered.set()

    def pause(self) -> float:
        """Returns the seconds until the next heartbeat."""
        if self._retry_after is not None:
            return self._retry_after
        # The lower bound keeps heartbeats from becoming ever more frequent towards the session's end.
        return min(self._timings.heartbeat, max(1.0, self._expires_in * 4 / 5))
