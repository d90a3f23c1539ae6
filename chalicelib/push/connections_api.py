"""Pushes to sockets, through API Gateway's @connections API."""

import contextlib
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from enum import Enum
from functools import partial
from typing import TypeVar

import msgspec

from chalicelib.clients.aws import AwsClient, ManagementApi
from chalicelib.models.pushed import Pushed
from chalicelib.stores.slow_sockets import SlowSockets

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)

PARALLEL_PUSHES = 20

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


_OUTCOMES = {410: Outcome.GONE, 429: Outcome.SLOW}


class ConnectionsApi:
    """A failed push is logged and never raised: the message is stored, and the client syncs what it missed.

    No method blocks for longer than it says. A call to the API that has begun by then ends in a thread of its own,
    after the time-outs of the client at the latest.
    """

    def __init__(self, aws: AwsClient, slow: SlowSockets) -> None:
        self._aws = aws
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
        return self._push_in_order(float("inf"), connection_id, deque(events))

    def close_all(self, connection_ids: Collection[str], seconds: float = CLOSE_SECONDS) -> Mapping[str, Outcome]:
        """Close sockets from the server's side. Blocks for `seconds` at most."""
        deadline = self._deadline(seconds)
        calls = {target: partial(self._close, target) for target in connection_ids}
        return dict.fromkeys(calls, Outcome.LATE) | _in_parallel(calls, deadline)

    def _push_with_retries(
        self, unsent: Mapping[tuple[str, int], deque[Pushed]], seconds: float
    ) -> dict[tuple[str, int], Outcome]:
        deadline = self._deadline(seconds)
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
        return _in_parallel(
            {lane: partial(self._push_in_order, deadline, lane[0], frames) for lane, frames in unsent.items()}, deadline
        )

    def _push_in_order(self, deadline: float, connection_id: str, frames: deque[Pushed]) -> Outcome:
        while frames:
            if time.monotonic() > deadline:
                return Outcome.LATE
            outcome = self._call(connection_id, partial(_post, connection_id, msgspec.json.encode(frames[0])))
            # Noted here, as nobody may wait for this thread any more.
            if outcome is Outcome.SLOW:
                self._slow.remember(connection_id)
            elif outcome in {Outcome.DONE, Outcome.GONE}:
                self._slow.forget(connection_id)
            if outcome is not Outcome.DONE:
                return outcome
            frames.popleft()
        return Outcome.DONE

    def _close(self, connection_id: str) -> Outcome:
        return self._call(connection_id, lambda api: api.delete_connection(ConnectionId=connection_id))

    def _deadline(self, seconds: float) -> float:
        """The end of a wait that begins now. A first call makes the client before that, which takes a while."""
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - see AwsClient

        with contextlib.suppress(BotoCoreError):  # each call says it
            _ = self._aws.management_api
        return time.monotonic() + seconds

    def _call(self, connection_id: str, call: Callable[[ManagementApi], object]) -> Outcome:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see AwsClient

        try:
            call(self._aws.management_api)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status in _OUTCOMES:
                return _OUTCOMES[status]
            log.warning(
                "A push was refused: %s",
                error,
                extra={"action": "push_failed", "connectionId": connection_id},
            )
            return Outcome.FAILED
        except BotoCoreError as error:
            log.warning("A push failed: %s", error, extra={"action": "push_failed", "connectionId": connection_id})
            return Outcome.FAILED
        return Outcome.DONE


def _in_parallel(calls: Mapping[K, Callable[[], Outcome]], deadline: float) -> dict[K, Outcome]:
    """Make calls, PARALLEL_PUSHES at a time. Returns the outcomes of those that have ended by the deadline.

    A call that has not begun by then never begins.
    """
    if not calls:
        return {}
    threads = ThreadPoolExecutor(min(PARALLEL_PUSHES, len(calls)))
    try:
        keys = {threads.submit(call): key for key, call in calls.items()}
        done, _ = wait(keys, timeout=max(0.0, deadline - time.monotonic()))
        return {keys[call]: call.result() for call in done}
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def _post(connection_id: str, data: bytes, api: ManagementApi) -> object:
    return api.post_to_connection(ConnectionId=connection_id, Data=data)
