"""Notifications as their recipient reads them."""

from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.clock import iso
from chalicelib.errors import BadRequest
from chalicelib.models.documents import NotificationDocument
from chalicelib.models.requests import NotificationsQuery
from chalicelib.models.responses import NotificationResponse, NotificationsResponse, UnreadResponse
from chalicelib.security.tokens import Credentials
from chalicelib.services.gate import Gate
from chalicelib.stores.notifications import NotificationStore


@dataclass(frozen=True, kw_only=True)
class Notifications:
    """Every method raises Unauthorized, RateLimited and Unavailable."""

    gate: Gate
    notifications: NotificationStore

    def page(self, credentials: Credentials, query: NotificationsQuery) -> NotificationsResponse:
        """Return a page of the user's notifications, the newest first. Raises BadRequest for an unknown `before`."""
        user_id = self.gate.admit(credentials, "notifications").user_id
        before = None
        if query.before is not None:
            before = self.notifications.find(user_id, query.before)
            if before is None:
                raise BadRequest({"before": "you have no such notification"})
        found = self.notifications.newest(user_id, query.limit + 1, before)
        return NotificationsResponse(
            notifications=[_response(notification) for notification in found[: query.limit]],
            hasMore=len(found) > query.limit,
            unread=self.notifications.unread(user_id),
        )

    def mark_read(self, credentials: Credentials, notification_ids: Collection[str]) -> UnreadResponse:
        """Mark notifications as read. Unknown ids, and those of other users' notifications, are ignored."""
        user_id = self.gate.admit(credentials, "notifications").user_id
        self.notifications.mark_read(user_id, notification_ids)
        return UnreadResponse(unread=self.notifications.unread(user_id))


def _response(notification: NotificationDocument) -> NotificationResponse:
    read_at = notification["readAt"]
    return NotificationResponse(
        notificationId=notification["_id"],
        type=notification["type"],
        fromUserId=notification["fromUserId"],
        text=notification["text"],
        createdAt=iso(notification["createdAt"]),
        readAt=iso(read_at) if read_at is not None else None,
    )
