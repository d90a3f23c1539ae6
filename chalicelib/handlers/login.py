"""POST /api/signup, /api/login, /api/logout, /api/logout-all, PATCH /api/profile/password and
/api/profile/email, DELETE /api/profile."""

from chalice.app import Blueprint, Response

from chalicelib.errors import BadCredentials, Suspended
from chalicelib.handlers.cookies import no_cookie, session_cookie
from chalicelib.handlers.http import HttpRequest, json_response, no_content, route
from chalicelib.models.requests import EmailChange, Empty, Leave, Login, PasswordChange, Signup
from chalicelib.models.responses import SessionResponse, SignupResponse
from chalicelib.security.tokens import SESSION_LIFETIME
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(
    blueprint,
    "POST",
    "/api/signup",
    Signup,
    {202: SignupResponse},
    signed_in=False,
)
def signup(request: HttpRequest[Signup]) -> Response:
    """Create an account. A mail to the address has a link that confirms it; log in with the password meanwhile."""
    email_id = wired().accounts.sign_up(request.input, request.client)
    return json_response(202, SignupResponse(emailId=email_id))


@route(
    blueprint,
    "POST",
    "/api/login",
    Login,
    {200: SessionResponse},
    raises=(BadCredentials, Suspended),
    signed_in=False,
    sets_cookie=True,
)
def login(request: HttpRequest[Login]) -> Response:
    """Begin a session. The rate limits count by network and by account."""
    session = wired().accounts.log_in(request.input, request.client)
    return _session_response(200, session, request.headers)


@route(blueprint, "POST", "/api/logout", Empty, {204: None}, sets_cookie=True)
def logout(request: HttpRequest[Empty]) -> Response:
    """End the current session; its sockets are told and closed."""
    wired().logout.log_out(request.credentials)
    return no_content(no_cookie(request.headers))


@route(blueprint, "POST", "/api/logout-all", Empty, {204: None}, sets_cookie=True)
def logout_all(request: HttpRequest[Empty]) -> Response:
    """End all sessions of the user; their sockets are told and closed."""
    wired().logout.log_out_everywhere(request.credentials)
    return no_content(no_cookie(request.headers))


@route(
    blueprint,
    "PATCH",
    "/api/profile/password",
    PasswordChange,
    {200: SessionResponse},
    raises=(BadCredentials,),
    sets_cookie=True,
)
def patch_password(request: HttpRequest[PasswordChange]) -> Response:
    """Set a new password: all earlier sessions end, and a new one begins."""
    session = wired().password_changes.change(request.credentials, request.input, request.client)
    return _session_response(200, session, request.headers)


@route(blueprint, "PATCH", "/api/profile/email", EmailChange, {204: None}, raises=(BadCredentials,))
def patch_email(request: HttpRequest[EmailChange]) -> Response:
    """Mail a link to a new address, which becomes the account's once the link is followed."""
    wired().email_changes.ask(request.credentials, request.input)
    return no_content()


@route(blueprint, "DELETE", "/api/profile", Leave, {204: None}, raises=(BadCredentials,), sets_cookie=True)
def delete_profile(request: HttpRequest[Leave]) -> Response:
    """Leave: the account ends at once. Messages stay in their place, sent by a user who has left."""
    wired().leaving.leave(request.credentials, request.input)
    return no_content(no_cookie(request.headers))


def _session_response(status: int, session: NewSession, headers: dict[str, str]) -> Response:
    response = SessionResponse(
        userId=session.user.userId,
        token=session.token,
        expiresIn=int(SESSION_LIFETIME.total_seconds()),
        user=session.user.response(with_email=True),
    )
    return json_response(status, response, session_cookie(session.token, headers))
