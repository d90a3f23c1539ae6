"""GET /api/notifications, POST /api/notifications/read."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.http import HttpRequest, json_response, route
from chalicelib.models.requests import NotificationsQuery, NotificationsRead
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/notifications")
def get_notifications(request: HttpRequest) -> Response:
    return json_response(200, wired().notifications.page(request.credentials, request.query(NotificationsQuery)))


@route(blueprint, "POST", "/api/notifications/read")
def post_read(request: HttpRequest) -> Response:
    credentials, body = request.credentials, request.json(NotificationsRead)
    return json_response(200, wired().notifications.mark_read(credentials, body.notificationIds))
