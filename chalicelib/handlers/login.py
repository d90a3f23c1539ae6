"""POST /api/signup, /api/login, /api/logout, /api/logout-all, and PATCH /api/profile/password."""

from chalice.app import Blueprint, Response

from chalicelib.errors import BadCredentials, EmailTaken
from chalicelib.handlers.cookies import no_cookie, session_cookie
from chalicelib.handlers.http import HttpRequest, json_response, no_content, route
from chalicelib.models.requests import Empty, Login, PasswordChange, Signup
from chalicelib.models.responses import SessionResponse
from chalicelib.security.tokens import SESSION_LIFETIME
from chalicelib.services.accounts import SignedIn
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(
    blueprint,
    "POST",
    "/api/signup",
    Signup,
    {201: SessionResponse},
    raises=(EmailTaken,),
    signed_in=False,
    sets_cookie=True,
)
def signup(request: HttpRequest[Signup]) -> Response:
    """Make an account, and begin its first session."""
    signed_in = wired().accounts.sign_up(request.input, request.client)
    return _session(201, signed_in, request.headers)


@route(
    blueprint,
    "POST",
    "/api/login",
    Login,
    {200: SessionResponse},
    raises=(BadCredentials,),
    signed_in=False,
    sets_cookie=True,
)
def login(request: HttpRequest[Login]) -> Response:
    """Begin a session, limited by address and by account."""
    signed_in = wired().accounts.log_in(request.input, request.client)
    return _session(200, signed_in, request.headers)


@route(blueprint, "POST", "/api/logout", Empty, {204: None}, sets_cookie=True)
def logout(request: HttpRequest[Empty]) -> Response:
    """End this session; its sockets are told and closed."""
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
    signed_in = wired().password_changes.change(request.credentials, request.input, request.client)
    return _session(200, signed_in, request.headers)


def _session(status: int, signed_in: SignedIn, headers: dict[str, str]) -> Response:
    answer = SessionResponse(
        userId=signed_in.user.userId,
        token=signed_in.token,
        expiresIn=int(SESSION_LIFETIME.total_seconds()),
        user=signed_in.user.response(to_oneself=True),
    )
    return json_response(status, answer, session_cookie(signed_in.token, headers))
