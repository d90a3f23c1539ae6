"""Notifications: stored once, and pushed to the sockets of the one they are for."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import iso
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import NotificationDocument
from chalicelib.models.event_types import Notification
from chalicelib.models.pushed import NotificationEvent, Pushed
from chalicelib.models.responses import UserCard
from chalicelib.push.delivery import Delivery
from chalicelib.stores.notifications import NotificationStore
from chalicelib.stores.presence import PresenceStore
from chalicelib.stores.user_cards import UserCards

_SENTENCES = {
    "CONNECTION_REQUEST_NOTIFICATION": "{name} wants to connect.",
    "CONNECTION_ACCEPTED_NOTIFICATION": "{name} has accepted your request.",
    "MESSAGE_NOTIFICATION": "{name} has written to you.",
}


class NotifyReceivers:
    """A push may be made twice: nothing tells whether an earlier one, before a crash, has arrived.

    One that fails is not made again: what is stored is listed. One that comes again is
    known by its notificationId.
    """

    def __init__(
        self,
        *,
        redis: RedisClient,
        cards: UserCards,
        notifications: NotificationStore,
        presence: PresenceStore,
        delivery: Delivery,
    ) -> None:
        self._redis = redis
        self._cards = cards
        self._notifications = notifications
        self._presence = presence
        self._delivery = delivery

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        sent = {
            event.eventId: (event, msgspec.convert(event.data, Notification).fromUserId)
            for event in events
            if event.eventType in _SENTENCES
        }
        if not sent:
            return
        cards = self._cards.of({from_user_id for _event, from_user_id in sent.values()})
        documents = [_document(event, from_user_id, cards.get(from_user_id)) for event, from_user_id in sent.values()]
        self._notifications.add(documents)
        self._push(documents)

    def _push(self, documents: Sequence[NotificationDocument]) -> None:
        sockets = {user_id: self._presence.lookup_sockets(user_id) for user_id in {one["userId"] for one in documents}}
        self._redis.fetch(*sockets.values())
        frames: defaultdict[str, list[Pushed]] = defaultdict(list)
        for document in documents:
            for connection_id in sockets[document["userId"]].resolve():
                frames[connection_id].append(_frame(document))
        self._delivery.deliver_each(frames)


def _document(event: Envelope, from_user_id: str, sender: UserCard | None) -> NotificationDocument:
    name = f"{sender.firstName} {sender.lastName}" if sender else "Somebody"
    return NotificationDocument(
        _id=event.eventId,
        userId=event.userId,
        type=event.eventType,
        fromUserId=from_user_id,
        text=_SENTENCES[event.eventType].format(name=name),
        createdAt=datetime.fromisoformat(event.timestamp),
        readAt=None,
    )


def _frame(document: NotificationDocument) -> NotificationEvent:
    return NotificationEvent(
        notificationId=document["_id"],
        type=document["type"],
        fromUserId=document["fromUserId"],
        text=document["text"],
        createdAt=iso(document["createdAt"]),
    )
