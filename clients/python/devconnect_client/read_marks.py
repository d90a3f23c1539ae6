"""How far this user has read each conversation.

A mark has no acknowledgement, so it is sent until the list of conversations shows it.
"""

from devconnect_client import frames
from devconnect_client.errors import DevConnectError, Fault, is_temporary, retry_after


class ReadMarks:
    """Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._marks: dict[str, int] = {}
        self._unconfirmed: dict[str, None] = {}
        self._due: dict[str, None] = {}
        self._not_before = 0.0
        self._faults = 0

    def read(self, user_id: str, seq: int) -> None:
        """The conversation with a user was read up to `seq`. Marks only move forward."""
        if seq > self._marks.get(user_id, 0):
            self._marks[user_id] = seq
            self._unconfirmed[user_id] = self._due[user_id] = None

    def listed(self, user_id: str, read_seq: int) -> None:
        """The list of conversations shows how far this user has read."""
        if user_id not in self._unconfirmed:
            return
        if read_seq < self._marks[user_id]:
            self._due[user_id] = None
        else:
            self._faults = 0
            del self._unconfirmed[user_id]

    def reconnected(self) -> None:
        """Marks sent on the previous websocket may not have arrived."""
        self._due |= self._unconfirmed

    def refused(self, error: DevConnectError, now: float) -> None:
        """A mark was refused; the error does not say which. If it is permanent, all marks sent so far are given up."""
        self._not_before = now + retry_after(error)
        self._faults += isinstance(error, Fault)
        if not is_temporary(error, self._faults):
            self._unconfirmed = dict(self._due)

    def due(self, now: float) -> list[str]:
        """Returns the frames to be sent now."""
        if now < self._not_before:
            return []
        due, self._due = self._due, {}
        return [frames.message_read(user_id, self._marks[user_id]) for user_id in due]

    def next_due(self) -> float | None:
        """Returns the time at which `due` may return the next frame; None if nothing is waiting."""
        return self._not_before if self._due else None
