"""The heartbeat: it keeps this device online, and shows that the connection is alive."""

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
        """The service keeps this device online for `expires_in` seconds without another heartbeat."""
        self._expires_in = expires_in
        self.answered.set()

    def refused(self, error: DevConnectError) -> None:
        """A heartbeat was answered by an error; whatever the error, the connection is alive."""
        self._retry_after = retry_after(error)
        self.answered.set()

    def outcome_unknown(self) -> None:
        """Some frame that was sent may not have been processed, but the connection is alive."""
        self.answered.set()

    def pause(self) -> float:
        """Returns the seconds until the next heartbeat."""
        # The lower bound keeps heartbeats from becoming ever more frequent towards the session's end.
        seconds = max(self._retry_after, min(self._timings.heartbeat, max(1.0, self._expires_in / 3)))
        self._retry_after = 0.0
        return seconds
