"""Publishes the events that follow from others: notifications for the other user, and the analytics of messages."""

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.events.envelope import Envelope, derived_event
from chalicelib.events.publisher import Publisher
from chalicelib.models.event_types import ConnectionChanged, MessageSent, ModeratorActedFor
from chalicelib.stores.message_requests import MessageRequestStore
from chalicelib.stores.presence import PresenceStore

_OF_CONNECTIONS = {
    "CONNECTION_REQUEST": "CONNECTION_REQUEST_NOTIFICATION",
    "CONNECTION_ACCEPTED": "CONNECTION_ACCEPTED_NOTIFICATION",
}
NOTIFICATIONS = {**_OF_CONNECTIONS, "USER_WARNED": "WARNING_NOTIFICATION"}
"""Nobody is notified of a rejection. Who is suspended is told by mail, and when they log in."""

MESSAGE_REQUEST = "MESSAGE_REQUEST_NOTIFICATION"


class DerivedEvents:
    """Publishes derived events. An event that is derived again is the same event, and so has its effect once.

    A message leads to a notification only where its receiver is offline when the batch is processed. The first one of a
    conversation may be a request, which no device is sent: then it always leads to one, of a type of its own.
    """

    def __init__(
        self, *, redis: RedisClient, presence: PresenceStore, requests: MessageRequestStore, publisher: Publisher
    ) -> None:
        self._redis = redis
        self._presence = presence
        self._requests = requests
        self._publisher = publisher

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises KafkaUnavailable, Unavailable."""
        self._publisher.publish_all(
            [*self._of_connections(events), *self._of_warnings(events), *self._of_messages(events)]
        )

    def _of_connections(self, events: Sequence[Envelope]) -> Iterator[Envelope]:
        for event in events:
            event_type = _OF_CONNECTIONS.get(event.eventType)
            if event_type is not None:
                notified_user_id = msgspec.convert(event.data, ConnectionChanged).toUserId
                yield derived_event(event, event_type, notified_user_id, fromUserId=event.userId)

    def _of_warnings(self, events: Sequence[Envelope]) -> Iterator[Envelope]:
        for event in events:
            if event.eventType == "USER_WARNED":
                reason = msgspec.convert(event.data, ModeratorActedFor).reason
                # Who has warned them is not told.
                yield derived_event(
                    event, NOTIFICATIONS[event.eventType], event.userId, fromUserId=event.userId, reason=reason
                )

    def _of_messages(self, events: Sequence[Envelope]) -> Iterator[Envelope]:
        sent = [
            (event, msgspec.convert(event.data, MessageSent)) for event in events if event.eventType == "MESSAGE_SENT"
        ]
        online = self._online({message.toUserId for _event, message in sent})
        requests = self._requests.states_among(
            {(message.conversationId, message.toUserId) for _event, message in sent if message.seq == 1}
        )
        for event, message in sent:
            yield derived_event(event, "MESSAGE_ANALYTICS", event.userId, **msgspec.structs.asdict(message))
            if message.seq == 1 and requests.get((message.conversationId, message.toUserId)) == "waiting":
                yield derived_event(event, MESSAGE_REQUEST, message.toUserId, fromUserId=event.userId)
            elif message.toUserId not in online:
                yield derived_event(
                    event,
                    "MESSAGE_NOTIFICATION",
                    message.toUserId,
                    fromUserId=event.userId,
                    messageId=message.messageId,
                    conversationId=message.conversationId,
                    seq=message.seq,
                )

    def _online(self, user_ids: set[str]) -> set[str]:
        online = self._presence.lookup_online(sorted(user_ids))
        self._redis.fetch(online)
        return online.resolve()
