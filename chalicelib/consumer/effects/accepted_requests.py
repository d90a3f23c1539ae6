"""Accepts what two users have written to each other once they connect, where the request that connected them died."""

from collections.abc import Sequence

import msgspec

from chalicelib.events.envelope import Envelope
from chalicelib.models.event_types import ConnectionChanged
from chalicelib.stores.message_requests import MessageRequestStore


class AcceptedRequests:
    """Accepts the conversations of those who have connected, by one write for a batch."""

    def __init__(self, requests: MessageRequestStore) -> None:
        self._requests = requests

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        self._requests.accept_between(
            {(event.userId, msgspec.convert(event.data, ConnectionChanged).toUserId) for event in events}
        )
