"""GET and POST /api/unsubscribe: the link in a mail that ends mails of its kind (RFC 8058)."""

from functools import cache
from pathlib import Path

from chalice.app import Blueprint, Response

from chalicelib.errors import LinkGone
from chalicelib.handlers.http import HttpRequest, route
from chalicelib.handlers.pages import html_response
from chalicelib.models.notification_preferences import NotificationKind
from chalicelib.models.requests import UnsubscribeQuery
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)

_MAILS: dict[NotificationKind, str] = {
    "message": "messages that you have missed",
    "connectionRequest": "requests to connect",
    "connectionAccepted": "requests of yours that were accepted",
}


@route(blueprint, "GET", "/api/unsubscribe", UnsubscribeQuery, {200: str}, raises=(LinkGone,), signed_in=False)
def unsubscribe_page(request: HttpRequest[UnsubscribeQuery]) -> Response:
    """The page that the link opens. It does nothing until its button is pressed, as mail scanners open links."""
    kind = wired().unsubscribe_links.verify(request.input.token).kind
    return html_response(_page("unsubscribe_page.html").format(mails=_MAILS[kind]), has_form=True)


@route(
    blueprint,
    "POST",
    "/api/unsubscribe",
    UnsubscribeQuery,
    {200: str},
    raises=(LinkGone,),
    signed_in=False,
    takes_any_form=True,
)
def unsubscribe(request: HttpRequest[UnsubscribeQuery]) -> Response:
    """End the mails of one kind to the user whom the token names. Mail programs call it without asking (RFC 8058)."""
    wired().notification_preferences.unsubscribe(request.input.token)
    return html_response(_page("unsubscribed_page.html"))


@cache
def _page(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
