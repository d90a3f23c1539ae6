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
"""How long a socket that is slow (429) is given before it is tried again, up to a half less by jitter."""

SLOW_FOR = timedelta(seconds=10)
"""For so long one that stayed slow is not tried again: a client that reads nothing must not cost all others."""

DEADLINE_SECONDS = 8.0
"""For so long a call begins new pushes: whoever waits for it has other things to do, and clients sync or ask again."""

MAX_REMEMBERED = 10_000


class Outcome(Enum):
    DONE = "done"
    GONE = "gone"
    """410: the socket is closed, or not open yet."""
    SLOW = "slow"
    """429: the client does not read what it is sent."""
    FAILED = "failed"

    @property
    def reached(self) -> bool:
        """Whether the API told how things stand; where not, it may be tried again later."""
        return self in {Outcome.DONE, Outcome.GONE}


_OUTCOMES = {410: Outcome.GONE, 429: Outcome.SLOW}


class ConnectionsApi:
    """A push that fails is logged and never raised: the message is stored, and the client syncs what it missed."""

    def __init__(self, aws: AwsClient, clock: Clock) -> None:
        self._aws = aws
        self._clock = clock
        self._slow_until: dict[str, datetime] = {}

    def push(self, connection_id: str, *events: Pushed) -> Outcome:
        """Send events to one socket, in order. Blocks as `push_all` does."""
        return self.push_all({connection_id: events})[connection_id]

    def push_all(self, events: Mapping[str, Sequence[Pushed]]) -> dict[str, Outcome]:
        """Send each socket its events in their order, to many sockets at once, and to slow ones after all others.

        Blocks DEADLINE_SECONDS, and the 3 s of the pushes that have begun by then, where the API does not answer; what
        has not begun has FAILED. A slow socket is given the RETRY_SECONDS.
        """
        now = self._clock()
        deadline = time.monotonic() + DEADLINE_SECONDS
        slow = {target for target in events if self._slow_until.get(target, now) > now}
        unsent = {target: deque(events[target]) for target in sorted(events, key=slow.__contains__)}
        outcomes = self._round(unsent, deadline)
        for seconds in RETRY_SECONDS:
            again = {
                target: frames
                for target, frames in unsent.items()
                if outcomes[target] is Outcome.SLOW and target not in slow
            }
            if not again:
                break
            time.sleep(seconds * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            outcomes |= self._round(again, deadline)
        late = sum(bool(frames) and outcomes[target] is Outcome.FAILED for target, frames in unsent.items())
        if late and time.monotonic() > deadline:
            log.warning("%d sockets were not pushed to in time.", late, extra={"action": "push_late"})
        self._remember(outcomes)
        return outcomes

    def _round(self, unsent: Mapping[str, deque[Pushed]], deadline: float) -> dict[str, Outcome]:
        """Try each socket until it refuses an event, which then stays in `unsent` with those behind it."""
        send = partial(self._send, deadline)
        if len(unsent) < 2:
            return {target: send(target, frames) for target, frames in unsent.items()}
        with ThreadPoolExecutor(min(PARALLEL_PUSHES, len(unsent))) as threads:
            return dict(zip(unsent, threads.map(send, unsent, unsent.values()), strict=True))

    def _send(self, deadline: float, connection_id: str, frames: deque[Pushed]) -> Outcome:
        while frames:
            if time.monotonic() > deadline:
                return Outcome.FAILED
            outcome = self._attempt(connection_id, partial(_post, connection_id, msgspec.json.encode(frames[0])))
            if outcome is not Outcome.DONE:
                return outcome
            frames.popleft()
        return Outcome.DONE

    def _remember(self, outcomes: Mapping[str, Outcome]) -> None:
        for target, outcome in outcomes.items():
            if outcome is Outcome.SLOW:
                log.warning("A socket is slow.", extra={"action": "push_slow", "connectionId": target})
                if len(self._slow_until) >= MAX_REMEMBERED:
                    self._slow_until.clear()
                self._slow_until[target] = self._clock() + SLOW_FOR
            else:
                self._slow_until.pop(target, None)

    def close(self, connection_id: str) -> Outcome:
        """Close a socket from the server's side."""
        return self._attempt(connection_id, lambda api: api.delete_connection(ConnectionId=connection_id))

    def _attempt(self, connection_id: str, call: Callable[[ManagementApi], object]) -> Outcome:
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
