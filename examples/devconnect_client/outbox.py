"""Messages on their way: each is sent until it is acknowledged, or refused."""

import asyncio
from collections import deque
from dataclasses import dataclass
from uuid import uuid4

from examples.devconnect_client import frames
from examples.devconnect_client.backoff import Backoff
from examples.devconnect_client.errors import DevConnectError, Fault, error_of, may_pass, retry_after
from examples.devconnect_client.events import Json, Message
from examples.devconnect_client.timings import Timings

MAX_UNACKNOWLEDGED = 100
"""Further messages wait for room."""


@dataclass
class _Draft:
    client_message_id: str
    to_user_id: str
    text: str
    frame: str
    outcome: asyncio.Future[Message]
    backoff: Backoff
    due_at: float = 0.0
    unanswered: bool = False
    faults: int = 0


class Outbox:
    """One row for each receiver, of which only the first message is under way.

    The service promises no order among frames that it has at the same time; so a row is what keeps messages to one
    person in the order in which they were sent. Times are seconds of a monotonic clock.
    """

    def __init__(self, own_id: str, timings: Timings) -> None:
        self._own_id = own_id
        self._timings = timings
        self._room = asyncio.Semaphore(MAX_UNACKNOWLEDGED)
        self._rows: dict[str, deque[_Draft]] = {}
        self._drafts: dict[str, _Draft] = {}
        self._ended: DevConnectError | None = None

    async def put(self, to_user_id: str, text: str) -> asyncio.Future[Message]:
        """Wait for room, and queue a message; its future has the acknowledged message, or the refusal.

        Raises BadRequest for what cannot be sent, and what the client ended with.
        """
        client_message_id = uuid4().hex
        frame = frames.private_message(to_user_id, text, client_message_id)
        await self._room.acquire()
        if self._ended is not None:
            self._room.release()  # for the next who waits
            raise self._ended
        outcome: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        draft = _Draft(client_message_id, to_user_id, text, frame, outcome, Backoff(self._timings))
        self._drafts[client_message_id] = draft
        self._rows.setdefault(to_user_id, deque()).append(draft)
        return outcome

    def due(self, now: float) -> list[str]:
        """Frames that are to be sent now; they come again where no answer comes in time."""
        due = [row[0] for row in self._rows.values() if row[0].due_at <= now]
        for draft in due:
            draft.due_at = now + self._timings.answer
            draft.unanswered = True
        return [draft.frame for draft in due]

    def next_due(self) -> float | None:
        """When `due` has the next frame."""
        return min((row[0].due_at for row in self._rows.values()), default=None)

    def reconnected(self) -> None:
        """Answers to what was sent before do not come any more."""
        for row in self._rows.values():
            if row[0].unanswered:
                row[0].due_at = 0.0

    def unsure(self, now: float) -> None:
        """Something of what was sent may not have been done: what has no answer yet is not waited for so long."""
        for row in self._rows.values():
            if row[0].unanswered:
                row[0].due_at = min(row[0].due_at, now + row[0].backoff.delay())

    def acknowledged(self, ack: Json) -> Message | None:
        """The message that an `ack` is for; None where it was acknowledged before."""
        draft = self._drafts.get(ack["clientMessageId"])
        if draft is None:
            return None
        message = Message(ack["messageId"], ack["seq"], self._own_id, draft.to_user_id, draft.text, ack["ts"])
        self._remove(draft)
        if not draft.outcome.done():  # its sender was cancelled
            draft.outcome.set_result(message)
        return message

    def refused(self, answer: Json, now: float) -> None:
        """An `error` about a message: final, or a reason to wait before it is sent again."""
        draft = self._drafts.get(answer.get("clientMessageId", ""))
        if draft is None:
            return
        error = error_of(answer)
        draft.faults += isinstance(error, Fault)
        if may_pass(error, draft.faults):
            draft.due_at = now + retry_after(error) + draft.backoff.delay()
            draft.unanswered = False
        else:
            self._remove(draft)
            _fail(draft, error)

    def end(self, error: DevConnectError) -> None:
        """Nothing is sent any more: whatever is on its way, or comes now, ends with this error."""
        self._ended = error
        for draft in list(self._drafts.values()):
            self._remove(draft)
            _fail(draft, error)

    def _remove(self, draft: _Draft) -> None:
        del self._drafts[draft.client_message_id]
        row = self._rows[draft.to_user_id]
        row.remove(draft)
        if not row:
            del self._rows[draft.to_user_id]
        self._room.release()


def _fail(draft: _Draft, error: DevConnectError) -> None:
    if not draft.outcome.done():  # its sender was cancelled
        draft.outcome.set_exception(error)
