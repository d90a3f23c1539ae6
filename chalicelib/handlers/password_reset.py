"""POST /api/password-reset and /api/password-reset/confirm."""

from chalice.app import Blueprint, Response

from chalicelib.errors import LinkGone
from chalicelib.handlers.http import HttpRequest, no_content, route
from chalicelib.models.requests import PasswordReset, ResetRequest
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/password-reset", ResetRequest, {204: None}, signed_in=False)
def ask_password_reset(request: HttpRequest[ResetRequest]) -> Response:
    """Mail a link that sets a new password. The response is the same where the address has no account."""
    wired().password_resets.ask(request.input, request.client)
    return no_content()


@route(
    blueprint, "POST", "/api/password-reset/confirm", PasswordReset, {204: None}, raises=(LinkGone,), signed_in=False
)
def confirm_password_reset(request: HttpRequest[PasswordReset]) -> Response:
    """Use a mailed link: set a new password. All sessions end; log in next."""
    wired().password_resets.reset(request.input, request.client)
    return no_content()
