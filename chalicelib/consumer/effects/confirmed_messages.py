"""Confirms messages' events: a record that is read here is in Kafka, so its event need not be published again."""

from collections.abc import Sequence

from chalicelib.events.envelope import Envelope
from chalicelib.stores.message_events import MessageEvents


class ConfirmedMessages:
    """Removes the events of a batch from what is pending, by one write for each conversation.

    The function that publishes an event of another type confirms it itself. For messages that would be one more write
    for each, to the one document to which everybody in a conversation writes.
    """

    def __init__(self, message_events: MessageEvents) -> None:
        self._message_events = message_events

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        self._message_events.confirm(events)
