"""Outgoing messages: each is sent until it is acknowledged or refused."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from devconnect_client import frames
from devconnect_client.backoff import Backoff
from devconnect_client.errors import DevConnectError, Fault, RateLimited, error_of, is_temporary, retry_after
from devconnect_client.events import Json, Message
from devconnect_client.timings import Timings

MAX_UNACKNOWLEDGED = 100
"""Further messages wait until one of these is acknowledged or refused."""


@dataclass
class _Draft:
    client_message_id: str
    to_user_id: str
    text: str
    reply_to: int | None
    frame: str
    """The frame that has only this message."""
    outcome: asyncio.Future[Message]
    backoff: Backoff
    alone: bool = False
    """It was refused together with others, so it is sent alone now."""
    due_at: float = 0.0
    sent_at: float = 0.0
    unanswered: bool = False
    faults: int = 0


class Outbox:
    """One queue for each receiver, of which only one frame is in flight: with the first message, or the first few.

    The service promises no order among frames that it processes at the same time, so the queue is what keeps messages
    to one user in the order in which they were sent. Whatever has queued up meanwhile is sent together, and stored in
    this order. Times are seconds of a monotonic clock; those of a queue are noted in its first message.
    """

    def __init__(self, own_id: str, timings: Timings) -> None:
        self._own_id = own_id
        self._timings = timings
        self._room = asyncio.Semaphore(MAX_UNACKNOWLEDGED)
        self._queues: dict[str, deque[_Draft]] = {}
        self._drafts: dict[str, _Draft] = {}
        self._ended: DevConnectError | None = None

    async def put(self, to_user_id: str, text: str, reply_to: int | None = None) -> asyncio.Future[Message]:
        """Wait for room, and queue a message; the future gets the acknowledged message, or the refusal.

        Raises BadRequest for a message that cannot be sent, or the error that the client ended with.
        """
        client_message_id = frames.new_client_message_id()
        frame = frames.private_message(to_user_id, text, client_message_id, reply_to)
        await self._room.acquire()
        if self._ended is not None:
            self._room.release()  # for the next waiting sender
            raise self._ended
        outcome: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        draft = _Draft(client_message_id, to_user_id, text, reply_to, frame, outcome, Backoff(self._timings))
        self._drafts[client_message_id] = draft
        self._queues.setdefault(to_user_id, deque()).append(draft)
        return outcome

    def due(self, now: float) -> list[str]:
        """Returns the frames to be sent now; a frame is due again if no answer arrives in time."""
        due = [queue for queue in self._queues.values() if queue[0].due_at <= now]
        for queue in due:
            queue[0].due_at = now + self._timings.answer
            queue[0].sent_at = now
            queue[0].unanswered = True
        return [_frame_of(_together(queue)) for queue in due]

    def overdue_since(self, now: float) -> float | None:
        """Returns when the last of the frames was sent that were not answered in time; None if there is none.

        `due` is about to return them again.
        """
        firsts = (queue[0] for queue in self._queues.values())
        return max((first.sent_at for first in firsts if first.unanswered and first.due_at <= now), default=None)

    def next_due(self) -> float | None:
        """Returns the time at which `due` returns the next frame; None if there is none."""
        return min((queue[0].due_at for queue in self._queues.values()), default=None)

    def reconnected(self) -> None:
        """Frames of the previous websocket get no answer any more."""
        for queue in self._queues.values():
            if queue[0].unanswered:
                queue[0].due_at = 0.0

    def outcome_unknown(self, now: float) -> None:
        """Some frame may not have been processed: do not wait so long for the answers that are outstanding."""
        for queue in self._queues.values():
            if queue[0].unanswered:
                queue[0].due_at = min(queue[0].due_at, now + queue[0].backoff.delay())

    def acknowledged(self, ack: Json) -> Message | None:
        """Returns the message that an `ack` is for; None if it was acknowledged before."""
        draft = self._drafts.get(ack["clientMessageId"])
        if draft is None:
            return None
        message = Message(
            ack["messageId"], ack["seq"], self._own_id, draft.to_user_id, draft.text, ack["ts"], draft.reply_to
        )
        self._remove(draft)
        if not draft.outcome.done():  # its sender was cancelled
            draft.outcome.set_result(message)
        return message

    def refused(self, frame: Json, now: float) -> None:
        """A frame was answered by an `error`, which is final, or a reason to wait before sending it again.

        A final error of several messages may be due to any of them, so each is then sent alone. So it is where a rate
        limit was exceeded, which may be lower than their number.
        """
        draft = self._drafts.get(frame.get("clientMessageId", ""))
        if draft is None:
            return
        error = error_of(frame)
        draft.faults += isinstance(error, Fault)
        is_batch = frame.get("action") == "private-messages" and not draft.alone
        if is_batch and (isinstance(error, RateLimited) or not is_temporary(error, draft.faults)):
            for each in _together(self._queues[draft.to_user_id]):
                each.alone = True
        if is_temporary(error, draft.faults):
            draft.due_at = now + retry_after(error) + draft.backoff.delay()
            draft.unanswered = False
        elif is_batch:
            draft.due_at = 0.0
        else:
            self._remove(draft)
            _fail(draft, error)

    def end(self, error: DevConnectError) -> None:
        """Send nothing any more: every queued message, and every later one, ends with this error."""
        self._ended = error
        for draft in list(self._drafts.values()):
            self._remove(draft)
            _fail(draft, error)

    def _remove(self, draft: _Draft) -> None:
        del self._drafts[draft.client_message_id]
        queue = self._queues[draft.to_user_id]
        queue.remove(draft)
        if not queue:
            del self._queues[draft.to_user_id]
        self._room.release()


def _together(queue: Iterable[_Draft]) -> list[_Draft]:
    """Returns the first messages of a queue that one frame has room for."""
    together: list[_Draft] = []
    size = 0
    for draft in queue:
        size += len(draft.frame.encode())
        if together and (draft.alone or together[0].alone or size > frames.MAX_BYTES):
            break
        together.append(draft)
    return together[: frames.MAX_MESSAGES]


def _frame_of(drafts: list[_Draft]) -> str:
    if len(drafts) == 1:
        return drafts[0].frame
    return frames.private_messages(
        drafts[0].to_user_id, ((draft.text, draft.client_message_id, draft.reply_to) for draft in drafts)
    )


def _fail(draft: _Draft, error: DevConnectError) -> None:
    if not draft.outcome.done():  # its sender was cancelled
        draft.outcome.set_exception(error)
