"""GET /api/notifications, POST /api/notifications/read."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import NotificationsQuery, NotificationsRead
from chalicelib.models.responses import NotificationsResponse, UnreadResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/notifications", NotificationsQuery, {200: NotificationsResponse})
def get_notifications(request: HttpRequest[NotificationsQuery]) -> Response:
    """A page of the user's notifications, the newest first."""
    return json_response(200, wired().notifications.page(request.credentials, request.input))


@route(blueprint, "POST", "/api/notifications/read", NotificationsRead, {200: UnreadResponse})
def post_read(request: HttpRequest[NotificationsRead]) -> Response:
    """Mark notifications as read; those of other users are ignored."""
    return json_response(200, wired().notifications.mark_read(request.credentials, request.input.notificationIds))
