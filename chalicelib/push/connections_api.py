"""Pushes to sockets, through API Gateway's @connections API."""

import logging
import random
import time
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum

import msgspec

from chalicelib.clients.management_api import Answer, Call, Lane, ManagementApi
from chalicelib.models.pushed import Pushed
from chalicelib.stores.slow_sockets import SlowSockets

log = logging.getLogger(__name__)

RETRY_SECONDS = (0.1, 0.3)
"""The pauses before a slow socket (429) is tried again; jitter shortens each by up to a half."""

PUSH_SECONDS = 0.8
"""How long a request waits for its pushes. It has other work to do than to wait for clients, and those sync."""

CLOSE_SECONDS = 0.2
"""How long a request waits besides for the API to close sockets. It is one second in all."""

REPLIES_IN_ORDER = 20
"""How many replies to one frame are pushed one after another. More of them are pushed side by side, in such groups."""


class Outcome(Enum):
    DONE = "done"
    GONE = "gone"
    """410: the socket is closed, or not open yet."""
    SLOW = "slow"
    """429: the client does not read the frames that it is sent."""
    FAILED = "failed"
    LATE = "late"
    """It was not tried in time, or not answered in time, which says nothing about the socket."""
    PASSED_OVER = "passed over"
    """It was not tried, as it is known to be slow."""

    @property
    def is_conclusive(self) -> bool:
        """Whether the API reported the state of the socket. Without that, the call may be tried again later."""
        return self in {Outcome.DONE, Outcome.GONE}


_OUTCOMES = {200: Outcome.DONE, 204: Outcome.DONE, 410: Outcome.GONE, 429: Outcome.SLOW}


class ConnectionsApi:
    """A failed push is logged and never raised: the message is stored, and the client syncs what it missed.

    No method blocks for longer than it says. What becomes of a call that is under way then is not known.
    """

    def __init__(self, api: ManagementApi, slow: SlowSockets) -> None:
        self._api = api
        self._slow = slow

    def reply(self, connection_id: str, *events: Pushed) -> Outcome:
        """Send events to the socket that sent a frame. Blocks for PUSH_SECONDS at most.

        It is tried once even where it is known to be slow, as whoever sends may read again. Up to REPLIES_IN_ORDER
        events keep their order.
        """
        groups = range(0, len(events), REPLIES_IN_ORDER)
        unsent = {(connection_id, group): deque(events[group : group + REPLIES_IN_ORDER]) for group in groups}
        outcomes = set(self._push_with_retries(unsent, PUSH_SECONDS).values())
        return next((outcome for outcome in Outcome if outcome in outcomes - {Outcome.DONE}), Outcome.DONE)

    def push_all(self, events: Mapping[str, Sequence[Pushed]], seconds: float = PUSH_SECONDS) -> Mapping[str, Outcome]:
        """Send each socket its events in their order, many sockets in parallel. Blocks for `seconds` at most.

        Sockets that are passed over are not tried. One that turns out to be slow is tried again after each of the
        RETRY_SECONDS, as long as there is time.
        """
        unsent = {
            (target, 0): deque(frames) for target, frames in events.items() if not self._slow.is_passed_over(target)
        }
        outcomes = self._push_with_retries(unsent, seconds)
        return {target: outcomes.get((target, 0), Outcome.PASSED_OVER) for target in events}

    def push_patiently(self, connection_id: str, events: Iterable[Pushed]) -> Outcome:
        """Send events to one socket, without retries, for a caller whom nobody waits for.

        Blocks for as long as the API takes to answer: 3 s for each event at most.
        """
        if self._slow.is_passed_over(connection_id):
            return Outcome.PASSED_OVER
        return self._api.run({connection_id: self._push_in_order(connection_id, deque(events))})[connection_id]

    def close_all(self, connection_ids: Collection[str], seconds: float = CLOSE_SECONDS) -> Mapping[str, Outcome]:
        """Close sockets from the server's side. Blocks for `seconds` at most."""
        closing = {target: self._close(target) for target in connection_ids}
        return dict.fromkeys(closing, Outcome.LATE) | self._api.run(closing, time.monotonic() + seconds)

    def _push_with_retries(
        self, unsent: Mapping[tuple[str, int], deque[Pushed]], seconds: float
    ) -> dict[tuple[str, int], Outcome]:
        deadline = time.monotonic() + seconds
        known = {lane for lane in unsent if self._slow.is_known(lane[0])}
        # Those that may make others wait come last.
        lanes = sorted(unsent, key=known.__contains__)
        outcomes = dict.fromkeys(lanes, Outcome.LATE)
        outcomes |= self._push_unsent({lane: unsent[lane] for lane in lanes}, deadline)
        for pause in RETRY_SECONDS:
            again = {lane: unsent[lane] for lane in lanes if outcomes[lane] is Outcome.SLOW and lane not in known}
            if not again or time.monotonic() + pause > deadline:
                break
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            outcomes |= self._push_unsent(again, deadline)
        late = sum(outcome is Outcome.LATE for outcome in outcomes.values())
        if late:
            log.warning("%d sockets were not pushed to in time.", late, extra={"action": "push_late"})
        return outcomes

    def _push_unsent(
        self, unsent: Mapping[tuple[str, int], deque[Pushed]], deadline: float
    ) -> dict[tuple[str, int], Outcome]:
        """Push to each socket until it refuses an event; that event and the ones after it stay in `unsent`.

        Returns the outcomes that are there in time.
        """
        return self._api.run({lane: self._push_in_order(lane[0], frames) for lane, frames in unsent.items()}, deadline)

    def _push_in_order(self, connection_id: str, frames: deque[Pushed]) -> Lane[Outcome]:
        while frames:
            answer = yield Call("POST", connection_id, msgspec.json.encode(frames[0]))
            outcome = _outcome(connection_id, answer)
            # Noted here, as the caller may stop waiting before the lane is at its end.
            if outcome is Outcome.SLOW:
                self._slow.remember(connection_id)
            elif outcome.is_conclusive:
                self._slow.forget(connection_id)
            if outcome is not Outcome.DONE:
                return outcome
            frames.popleft()
        return Outcome.DONE

    def _close(self, connection_id: str) -> Lane[Outcome]:
        return _outcome(connection_id, (yield Call("DELETE", connection_id)))


def _outcome(connection_id: str, answer: Answer) -> Outcome:
    if answer.status in _OUTCOMES:
        return _OUTCOMES[answer.status]
    log.warning(
        "A push failed: %s",
        answer.problem or f"the response has the status {answer.status}",
        extra={"action": "push_failed", "connectionId": connection_id},
    )
    return Outcome.FAILED
