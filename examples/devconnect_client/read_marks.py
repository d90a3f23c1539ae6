"""How far this user has read, told until the list of conversations shows it: no answer would tell."""

from examples.devconnect_client import frames
from examples.devconnect_client.errors import DevConnectError, Fault, may_pass, retry_after


class ReadMarks:
    """Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self._marks: dict[str, int] = {}
        self._unconfirmed: dict[str, None] = {}
        self._due: dict[str, None] = {}
        self._not_before = 0.0
        self._faults = 0

    def read(self, user_id: str, seq: int) -> None:
        """The conversation with a user is read up to `seq`. Marks only move forward."""
        if seq > self._marks.get(user_id, 0):
            self._marks[user_id] = seq
            self._unconfirmed[user_id] = self._due[user_id] = None

    def listed(self, user_id: str, read_seq: int) -> None:
        """The list of conversations says how far this user has read."""
        if user_id not in self._unconfirmed:
            return
        if read_seq < self._marks[user_id]:
            self._due[user_id] = None
        else:
            self._faults = 0
            del self._unconfirmed[user_id]

    def reconnected(self) -> None:
        """What was sent on the last websocket may not have arrived."""
        self._due |= self._unconfirmed

    def refused(self, error: DevConnectError, now: float) -> None:
        """A mark was refused; it is not said which. Where it is for good, those that were sent are given up."""
        self._not_before = now + retry_after(error)
        self._faults += isinstance(error, Fault)
        if not may_pass(error, self._faults):
            self._unconfirmed = dict(self._due)

    def due(self, now: float) -> list[str]:
        """The frames that are to be sent now."""
        if now < self._not_before:
            return []
        due, self._due = self._due, {}
        return [frames.message_read(user_id, self._marks[user_id]) for user_id in due]

    def next_due(self) -> float | None:
        """When `due` may have the next frame."""
        return self._not_before if self._due else None
