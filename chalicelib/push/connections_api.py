"""Pushes to sockets, through API Gateway's @connections API."""

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

import msgspec

from chalicelib.clients.aws import AwsClient, ManagementApi
from chalicelib.clock import Clock
from chalicelib.models.pushed import Pushed

log = logging.getLogger(__name__)

PARALLEL_PUSHES = 8

RETRY_SECONDS = (0.1, 0.3)
"""The pauses before a slow socket (429) is tried again; jitter shortens each by up to a half."""

SLOW_FOR = timedelta(seconds=10)
"""How long a socket that stayed slow gets no retries: a client that reads nothing must not delay all others."""

DEADLINE_SECONDS = 8.0
"""How long a call starts new pushes. Its caller has other work to do, and clients sync or ask again."""

MAX_SLOW_SOCKETS = 10_000


class Outcome(Enum):
    DONE = "done"
    GONE = "gone"
    """410: the socket is closed, or not open yet."""
    SLOW = "slow"
    """429: the client does not read the frames that it is sent."""
    FAILED = "failed"

    @property
    def is_conclusive(self) -> bool:
        """Whether the API reported the state of the socket. Without that, the call may be tried again later."""
        return self in {Outcome.DONE, Outcome.GONE}


_OUTCOMES = {410: Outcome.GONE, 429: Outcome.SLOW}


class ConnectionsApi:
    """A failed push is logged and never raised: the message is stored, and the client syncs what it missed."""

    def __init__(self, aws: AwsClient, clock: Clock) -> None:
        self._aws = aws
        self._clock = clock
        self._slow_until: dict[str, datetime] = {}

    def push(self, connection_id: str, *events: Pushed) -> Outcome:
        """Send events to one socket, in order. Blocks as `push_all` does."""
        return self.push_all({connection_id: events})[connection_id]

    def push_all(self, events: Mapping[str, Sequence[Pushed]]) -> dict[str, Outcome]:
        """Send each socket its events in their order: many sockets in parallel, and slow ones after all others.

        Where the API does not answer, it blocks for DEADLINE_SECONDS, and for the 3 s of the pushes that have started
        by then; a socket whose pushes had not started is FAILED. A slow socket is tried again after each of the
        RETRY_SECONDS.
        """
        now = self._clock()
        deadline = time.monotonic() + DEADLINE_SECONDS
        slow = {target for target in events if self._slow_until.get(target, now) > now}
        unsent = {target: deque(events[target]) for target in sorted(events, key=slow.__contains__)}
        outcomes = self._push_unsent(unsent, deadline)
        for seconds in RETRY_SECONDS:
            retried = {
                target: frames
                for target, frames in unsent.items()
                if outcomes[target] is Outcome.SLOW and target not in slow
            }
            if not retried:
                break
            time.sleep(seconds * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            outcomes |= self._push_unsent(retried, deadline)
        late = sum(bool(frames) and outcomes[target] is Outcome.FAILED for target, frames in unsent.items())
        if late and time.monotonic() > deadline:
            log.warning("%d sockets were not pushed to in time.", late, extra={"action": "push_late"})
        self._note_slow_sockets(outcomes)
        return outcomes

    def _push_unsent(self, unsent: Mapping[str, deque[Pushed]], deadline: float) -> dict[str, Outcome]:
        """Push to each socket until it refuses an event; that event and the ones after it stay in `unsent`."""
        push = partial(self._push_in_order, deadline)
        if len(unsent) < 2:
            return {target: push(target, frames) for target, frames in unsent.items()}
        with ThreadPoolExecutor(min(PARALLEL_PUSHES, len(unsent))) as threads:
            return dict(zip(unsent, threads.map(push, unsent, unsent.values()), strict=True))

    def _push_in_order(self, deadline: float, connection_id: str, frames: deque[Pushed]) -> Outcome:
        while frames:
            if time.monotonic() > deadline:
                return Outcome.FAILED
            outcome = self._call(connection_id, partial(_post, connection_id, msgspec.json.encode(frames[0])))
            if outcome is not Outcome.DONE:
                return outcome
            frames.popleft()
        return Outcome.DONE

    def _note_slow_sockets(self, outcomes: Mapping[str, Outcome]) -> None:
        for target, outcome in outcomes.items():
            if outcome is Outcome.SLOW:
                log.warning("A socket is slow.", extra={"action": "push_slow", "connectionId": target})
                if len(self._slow_until) >= MAX_SLOW_SOCKETS:
                    self._slow_until.clear()
                self._slow_until[target] = self._clock() + SLOW_FOR
            else:
                self._slow_until.pop(target, None)

    def delete_connection(self, connection_id: str) -> Outcome:
        """Close a socket from the server's side."""
        return self._call(connection_id, lambda api: api.delete_connection(ConnectionId=connection_id))

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


def _post(connection_id: str, data: bytes, api: ManagementApi) -> object:
    return api.post_to_connection(ConnectionId=connection_id, Data=data)
