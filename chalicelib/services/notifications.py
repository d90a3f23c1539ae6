"""Notifications, as the user whom they are for reads them."""

from collections.abc import Collection

from chalicelib.clock import iso
from chalicelib.errors import BadRequest
from chalicelib.models.answers import NotificationAnswer, NotificationsAnswer, UnreadAnswer
from chalicelib.models.documents import NotificationDocument
from chalicelib.models.requests import NotificationsQuery
from chalicelib.services.gate import Gate
from chalicelib.services.notification_store import NotificationStore
from chalicelib.services.tokens import Credentials


class Notifications:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    def __init__(self, gate: Gate, notification_store: NotificationStore) -> None:
        self._gate = gate
        self._store = notification_store

    def page(self, credentials: Credentials, query: NotificationsQuery) -> NotificationsAnswer:
        """One's notifications, the newest first. Raises BadRequest where `before` is none of them."""
        user_id = self._gate.admit(credentials, "notifications").user_id
        before = None
        if query.before is not None:
            before = self._store.find(user_id, query.before)
            if before is None:
                raise BadRequest({"before": "you have no such notification"})
        found = self._store.newest(user_id, query.limit + 1, before)
        return NotificationsAnswer(
            notifications=[_answer(one) for one in found[: query.limit]],
            hasMore=len(found) > query.limit,
            unread=self._store.unread(user_id),
        )

    def mark_read(self, credentials: Credentials, notification_ids: Collection[str]) -> UnreadAnswer:
        """Note that notifications were read; ids of others', or of none, are passed over."""
        user_id = self._gate.admit(credentials, "notifications").user_id
        self._store.mark_read(user_id, notification_ids)
        return UnreadAnswer(unread=self._store.unread(user_id))


def _answer(notification: NotificationDocument) -> NotificationAnswer:
    read_at = notification["readAt"]
    return NotificationAnswer(
        notificationId=notification["_id"],
        type=notification["type"],
        fromUserId=notification["fromUserId"],
        text=notification["text"],
        createdAt=iso(notification["createdAt"]),
        readAt=iso(read_at) if read_at is not None else None,
    )
