"""Notifications: each is stored once, and pushed to the sockets of the user whom it is for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clock import Clock, iso
from chalicelib.consumer.web_push.web_pushes import WebPushes
from chalicelib.events.envelope import Envelope
from chalicelib.models.documents import MessageNotificationDocument, NotificationDocument
from chalicelib.models.event_types import MessageNotification, Notification
from chalicelib.models.pairs import pair_id
from chalicelib.models.pushed import NotificationEvent, Pushed
from chalicelib.models.responses import UserCard
from chalicelib.push.background_delivery import BackgroundDelivery
from chalicelib.push.delivery import Delivery
from chalicelib.stores.conversation_marks import ConversationMarks
from chalicelib.stores.notifications import NotificationStore
from chalicelib.stores.recipients import Recipient, Recipients
from chalicelib.stores.user_cards import UserCards

_SENTENCES = {
    "CONNECTION_REQUEST_NOTIFICATION": "{name} wants to connect.",
    "CONNECTION_ACCEPTED_NOTIFICATION": "{name} has accepted your request.",
    "MESSAGE_NOTIFICATION": "{name} has written to you.",
    "MESSAGE_REQUEST_NOTIFICATION": "{name} would like to write to you.",
    "EXPORT_NOTIFICATION": "The export of your data is ready.",
    "WARNING_NOTIFICATION": "A moderator has warned you ({reason}). The next time, your account may be suspended.",
}


class NotifyReceivers:
    """Stores and pushes notifications.

    The messages of one sender are one notification until it is read, which is pushed when the first one comes: a device
    that is there is sent the messages themselves. Other notifications may be pushed twice, as after a crash nobody
    knows whether an earlier push has arrived; a device recognises them by their notificationId. A push that fails is
    not repeated, as the user's list has the notification.
    The pushes are handed over to the background, as no batch waits for clients. What is in a conversation that the user
    has muted, or not accepted, is stored as hidden.

    Whoever wants web push is sent the same by that, and so once for the messages of one sender.
    """

    def __init__(
        self,
        *,
        redis: RedisClient,
        cards: UserCards,
        recipients: Recipients,
        marks: ConversationMarks,
        notifications: NotificationStore,
        delivery: Delivery,
        background: BackgroundDelivery,
        web_pushes: WebPushes | None,
        clock: Clock,
    ) -> None:
        """Without `web_pushes` there is no web push."""
        self._redis = redis
        self._cards = cards
        self._recipients = recipients
        self._marks = marks
        self._notifications = notifications
        self._delivery = delivery
        self._background = background
        self._web_pushes = web_pushes
        self._clock = clock

    def apply(self, events: Sequence[Envelope]) -> None:
        """Raises Unavailable."""
        recipients = self._recipients.of({event.userId for event in events})
        notifications = {event.eventId: (event, _data(event)) for event in events}  # repeated events are left out
        cards = self._cards.of({data.fromUserId for _event, data in notifications.values()})
        silent = self._marks.silent_among(
            {
                (data.conversationId, event.userId)
                for event, data in notifications.values()
                if isinstance(data, MessageNotification)
            }
        )
        others: list[NotificationDocument] = []
        messages: dict[tuple[str, str], MessageNotificationDocument] = {}
        for event, data in notifications.values():
            document = _document(event, data.fromUserId, cards.get(data.fromUserId))
            user = recipients.get(event.userId)
            if user is not None and not user.preferences.of_event(event.eventType).inApp:
                document["hidden"] = True
            if isinstance(data, MessageNotification):
                if (data.conversationId, event.userId) in silent:
                    document["hidden"] = True
                first = messages.setdefault((event.userId, data.fromUserId), {**document, "seq": data.seq})
                first["seq"] = max(first["seq"], data.seq)
                first["createdAt"] = max(first["createdAt"], document["createdAt"])
            else:
                others.append(document)
        if others:
            self._notifications.add(others)
        new = self._notifications.add_messages(list(messages.values())) if messages else []
        self._push([document for document in (*others, *new) if "hidden" not in document])
        # Nobody reads what is hidden, so it does not stand for the messages that follow.
        also_new = [document for document in messages.values() if "hidden" in document and document not in new]
        self._push_to_browsers([*others, *new, *also_new], recipients, silent)

    def _push(self, documents: Sequence[NotificationDocument]) -> None:
        user_ids = {document["userId"] for document in documents}
        sockets = {user_id: self._delivery.lookup_sockets(user_id) for user_id in user_ids}
        self._redis.fetch(*sockets.values())
        frames: defaultdict[str, list[Pushed]] = defaultdict(list)
        for document in documents:
            for connection_id in sockets[document["userId"]].resolve():
                frames[connection_id].append(_frame(document))
        self._background.deliver_each(frames)

    def _push_to_browsers(
        self,
        documents: Sequence[NotificationDocument],
        recipients: Mapping[str, Recipient],
        silent: Collection[tuple[str, str]],
    ) -> None:
        if self._web_pushes is None:
            return
        now = self._clock()
        frames = []
        for document in documents:
            user_id = document["userId"]
            user = recipients.get(user_id)
            if user is None or (document["type"] == "MESSAGE_NOTIFICATION" and _place(document) in silent):
                continue
            if user.preferences.of_event(document["type"]).push and user.preferences.quiet_until(now) is None:
                frames.append((user_id, _frame(document)))
        self._web_pushes.hand_over(frames)


def _data(event: Envelope) -> Notification:
    kind = MessageNotification if event.eventType == "MESSAGE_NOTIFICATION" else Notification
    return msgspec.convert(event.data, kind)


def _document(event: Envelope, from_user_id: str, sender: UserCard | None) -> NotificationDocument:
    name = f"{sender.firstName} {sender.lastName}" if sender else "Somebody"
    return NotificationDocument(
        _id=event.eventId,
        userId=event.userId,
        type=event.eventType,
        fromUserId=from_user_id,
        text=_SENTENCES[event.eventType].format(name=name, reason=event.data.get("reason")),
        createdAt=datetime.fromisoformat(event.timestamp),
        readAt=None,
    )


def _place(document: NotificationDocument) -> tuple[str, str]:
    return pair_id(document["userId"], document["fromUserId"]), document["userId"]


def _frame(document: NotificationDocument) -> NotificationEvent:
    return NotificationEvent(
        notificationId=document["_id"],
        type=document["type"],
        fromUserId=document["fromUserId"],
        text=document["text"],
        createdAt=iso(document["createdAt"]),
    )
