"""GET /api/notifications, POST /api/notifications/read, GET and PATCH /api/notifications/preferences."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import Empty, NotificationsQuery, NotificationsRead, PreferencesChange
from chalicelib.models.responses import NotificationsResponse, PreferencesResponse, UnreadResponse
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


@route(blueprint, "GET", "/api/notifications/preferences", Empty, {200: PreferencesResponse})
def get_preferences(request: HttpRequest[Empty]) -> Response:
    """How the user is told of each kind of notification."""
    return json_response(200, wired().notification_preferences.own(request.credentials))


@route(blueprint, "PATCH", "/api/notifications/preferences", PreferencesChange, {200: PreferencesResponse})
def patch_preferences(request: HttpRequest[PreferencesChange]) -> Response:
    """Change how the user is told of some kinds of notifications, or until when they are not to be disturbed."""
    return json_response(200, wired().notification_preferences.change(request.credentials, request.input))
