"""The heartbeat: it holds this device online, and shows that the connection is alive."""

import asyncio

from examples.devconnect_client.errors import DevConnectError, retry_after
from examples.devconnect_client.timings import Timings


class Heartbeat:
    def __init__(self, timings: Timings) -> None:
        self.answered = asyncio.Event()
        self._timings = timings
        self._expires_in = float("inf")
        self._retry_after = 0.0

    def registered(self, expires_in: float) -> None:
        """The service holds this device online for so many seconds without another heartbeat."""
        self._expires_in = expires_in
        self.answered.set()

    def refused(self, error: DevConnectError) -> None:
        """An error: the connection is alive, whatever the service says."""
        self._retry_after = retry_after(error)
        self.answered.set()

    def unsure(self) -> None:
        """Something of what was sent may not have been done; but the connection is alive."""
        self.answered.set()

    def pause(self) -> float:
        """Seconds until the next one."""
        # Often enough, but not ever more often towards the session's end.
        seconds = max(self._retry_after, min(self._timings.heartbeat, max(1.0, self._expires_in / 3)))
        self._retry_after = 0.0
        return seconds
