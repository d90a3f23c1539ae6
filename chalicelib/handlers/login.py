"""POST /api/signup, /api/login, /api/logout, /api/logout-all, and PATCH /api/profile/password."""

from chalice.app import Blueprint, Response

from chalicelib.handlers.cookies import no_cookie, session_cookie
from chalicelib.handlers.http import HttpRequest, expect_no_body, json_response, no_content, route
from chalicelib.models.answers import SessionAnswer
from chalicelib.models.requests import Login, PasswordChange, Signup
from chalicelib.services.accounts import SignedIn
from chalicelib.services.tokens import SESSION_LIFETIME
from chalicelib.wiring import wired

blueprint = Blueprint(__name__)


@route(blueprint, "POST", "/api/signup")
def signup(request: HttpRequest) -> Response:
    signed_in = wired().accounts.sign_up(request.json(Signup), request.client)
    return _session(201, signed_in, request)


@route(blueprint, "POST", "/api/login")
def login(request: HttpRequest) -> Response:
    signed_in = wired().accounts.log_in(request.json(Login), request.client)
    return _session(200, signed_in, request)


@route(blueprint, "POST", "/api/logout")
def logout(request: HttpRequest) -> Response:
    expect_no_body(request)
    wired().endings.log_out(request.credentials)
    return no_content(no_cookie(request.headers))


@route(blueprint, "POST", "/api/logout-all")
def logout_all(request: HttpRequest) -> Response:
    expect_no_body(request)
    wired().endings.log_out_everywhere(request.credentials)
    return no_content(no_cookie(request.headers))


@route(blueprint, "PATCH", "/api/profile/password")
def patch_password(request: HttpRequest) -> Response:
    credentials, change = request.credentials, request.json(PasswordChange)
    return _session(200, wired().password_changes.change(credentials, change, request.client), request)


def _session(status: int, signed_in: SignedIn, request: HttpRequest) -> Response:
    answer = SessionAnswer(
        userId=signed_in.user.userId,
        token=signed_in.token,
        expiresIn=int(SESSION_LIFETIME.total_seconds()),
        user=signed_in.user.answer(to_oneself=True),
    )
    return json_response(status, answer, session_cookie(signed_in.token, request.headers))
