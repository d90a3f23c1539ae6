"""POST /api/verification and /api/verification/confirm, and the page that mailed links open, GET /api/link."""

from functools import cache
from pathlib import Path

from chalice.app import Blueprint, Response

from chalicelib.errors import LinkGone
from chalicelib.handlers.http import HttpRequest, no_content, route
from chalicelib.handlers.pages import html_response
from chalicelib.models.requests import Empty, LinkUse
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/verification", Empty, {204: None})
def ask_verification(request: HttpRequest[Empty]) -> Response:
    """Mail the user another link that confirms their address. Nothing is mailed where it is confirmed already."""
    wired().verification.ask(request.credentials)
    return no_content()


@route(blueprint, "POST", "/api/verification/confirm", LinkUse, {204: None}, raises=(LinkGone,), signed_in=False)
def confirm_verification(request: HttpRequest[LinkUse]) -> Response:
    """Use a mailed link that confirms an address: the account's, or its new one."""
    wired().verification.confirm(request.input.token, request.client)
    return no_content()


@route(blueprint, "GET", "/api/link", Empty, {200: str}, signed_in=False, limited=False)
def link_page(_request: HttpRequest[Empty]) -> Response:
    """The page that a mailed link opens. It does nothing until its button is pressed, as mail scanners open links."""
    return html_response(_page())


@cache
def _page() -> str:
    return Path(__file__).with_name("link_page.html").read_text(encoding="utf-8")
