"""GET, POST and DELETE /api/push-subscriptions."""

from chalice.app import Blueprint, Response

from chalicelib.errors import Conflict
from chalicelib.handlers.http import HttpRequest, json_response, no_content, route
from chalicelib.models.requests import Empty, PushEndpoint, PushSubscription
from chalicelib.models.responses import PushSubscriptionsResponse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/api/push-subscriptions", Empty, {200: PushSubscriptionsResponse})
def get_push_subscriptions(request: HttpRequest[Empty]) -> Response:
    """The key with which a browser subscribes to web push, and the browsers that have subscribed."""
    return json_response(200, wired().push_subscriptions.own(request.credentials))


@route(blueprint, "POST", "/api/push-subscriptions", PushSubscription, {204: None}, raises=(Conflict,))
def post_push_subscription(request: HttpRequest[PushSubscription]) -> Response:
    """Have a browser told of notifications by web push. The body is what its PushSubscription.toJSON() returns."""
    wired().push_subscriptions.add(request.credentials, request.input)
    return no_content()


@route(blueprint, "DELETE", "/api/push-subscriptions", PushEndpoint, {204: None})
def delete_push_subscription(request: HttpRequest[PushEndpoint]) -> Response:
    """Have a browser told no more."""
    wired().push_subscriptions.remove(request.credentials, request.input.endpoint)
    return no_content()
