"""Pushes to sockets, through API Gateway's @connections API."""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial

import msgspec

from chalicelib.clients.aws_client import AwsClient, ManagementApi
from chalicelib.models.pushed import Pushed

log = logging.getLogger(__name__)

PARALLEL_PUSHES = 8


class Outcome(Enum):
    DONE = "done"
    GONE = "gone"
    """410: the socket is closed, or not open yet."""
    FAILED = "failed"


class Pusher:
    """A push that fails is logged and never raised: the message is stored, and the client syncs what it missed."""

    def __init__(self, aws: AwsClient) -> None:
        self._aws = aws

    def push(self, connection_id: str, *events: Pushed) -> Outcome:
        """Send events to one socket, in order. Blocks 3 s an event at most."""
        for event in events:
            data = msgspec.json.encode(event)
            outcome = self._attempt(connection_id, partial(_post, connection_id, data))
            if outcome is not Outcome.DONE:
                return outcome
        return Outcome.DONE

    def push_all(self, events: Mapping[str, Sequence[Pushed]]) -> list[str]:
        """Send each socket its events, to many sockets at once; returns those that are gone."""
        if len(events) < 2:
            outcomes = [self.push(target, *frames) for target, frames in events.items()]
        else:
            with ThreadPoolExecutor(min(PARALLEL_PUSHES, len(events))) as threads:
                outcomes = list(threads.map(lambda target: self.push(target, *events[target]), events))
        return [target for target, outcome in zip(events, outcomes, strict=True) if outcome is Outcome.GONE]

    def close(self, connection_id: str) -> Outcome:
        """Close a socket from the server's side."""
        return self._attempt(connection_id, lambda api: api.delete_connection(ConnectionId=connection_id))

    def _attempt(self, connection_id: str, call: Callable[[ManagementApi], object]) -> Outcome:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see AwsClient

        try:
            call(self._aws.management_api)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 410:
                return Outcome.GONE
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
