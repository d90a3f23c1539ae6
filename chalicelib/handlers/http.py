"""What every REST handler shares: the request as they see it, and errors as answers."""

import functools
import logging
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar

import msgspec
from chalice.app import Blueprint, MultiDict, Request, Response

from chalicelib.errors import INTERNAL, BadRequest, DevConnectError, NotFound, RateLimited, SettingsError, Unauthorized
from chalicelib.models import fields
from chalicelib.models.parsing import parse_json, parse_query
from chalicelib.models.requests import Empty
from chalicelib.services.accounts import Client
from chalicelib.services.tokens import Credentials
from chalicelib.wiring import wired

log = logging.getLogger(__name__)

T = TypeVar("T")
COOKIE = "token"
Headers = dict[str, str | list[str]]
JSON: Headers = {"Content-Type": "application/json"}


class HttpRequest:
    """A REST request: what a handler may ask of it, checked."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.headers: dict[str, str] = {name.lower(): value for name, value in request.headers.items()}

    def json(self, model: type[T]) -> T:
        """The body as `model`. Raises BadRequest."""
        return parse_json(self._request.raw_body, msgspec.json.Decoder(model))

    def query(self, model: type[T]) -> T:
        """The query string as `model`. Raises BadRequest, also for a parameter that is given twice."""
        parameters: dict[str, str] = {}
        given: MultiDict = self._request.query_params or MultiDict({})
        for name in given:
            values = given.getlist(name)
            if len(values) > 1:
                raise BadRequest({name: "it is given more than once"})
            parameters[name] = values[0]
        return parse_query(parameters, model)

    @property
    def credentials(self) -> Credentials:
        """Raises Unauthorized where there is no token, or one that is not good."""
        return credentials_from(self.headers)

    @property
    def client(self) -> Client:
        # requestContext alone: a header such as X-Forwarded-For says what the client wants it to say.
        identity = self._request.context["identity"]
        return Client(ip=identity["sourceIp"], user_agent=self.headers.get("user-agent", ""))


def credentials_from(headers: dict[str, str]) -> Credentials:
    """From `Authorization: Bearer <token>`, or else the cookie. Raises Unauthorized."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        token = _cookie(headers.get("cookie", ""))
    if not token:
        raise Unauthorized
    return wired().tokens.verify_session(token.strip())


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""


def json_response(status: int, body: object, headers: Headers | None = None) -> Response:
    return Response(body=msgspec.json.encode(body).decode(), status_code=status, headers=JSON | (headers or {}))


def no_content(headers: Headers | None = None) -> Response:
    return Response(body="", status_code=204, headers=headers or {})


def error_response(error: DevConnectError) -> Response:
    headers: Headers | None = {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimited) else None
    return json_response(error.status, error.body(), headers)


def user_id_in_path(user_id: str) -> str:
    """Raises NotFound: what is no id names nobody."""
    if not fields.USER_ID.fullmatch(user_id):
        raise NotFound("There is no such user.")
    return user_id


Handler = Callable[..., Response]


def route(blueprint: Blueprint, method: str, path: str) -> Callable[[Handler], Handler]:
    """Register `handler(request: HttpRequest, **path parameters)`; the errors it raises become answers.

    Under the route, since Chalice's middleware never sees a handler's exception, only a finished 500.
    """

    def register(handler: Handler) -> Handler:
        @blueprint.route(path, methods=[method])
        @functools.wraps(handler)
        def view(**parameters: str) -> Response:
            try:
                with wired().store.budget():
                    return handler(HttpRequest(blueprint.current_request), **parameters)
            except DevConnectError as error:
                return error_response(error)
            except SettingsError as error:
                log.critical("%s", error, extra={"action": "settings_wrong"})
            except Exception:
                log.exception("A handler failed.", extra={"action": "handler_failed", "path": path})
            return json_response(500, INTERNAL)

        return handler

    return register


def expect_no_body(request: HttpRequest) -> None:
    """Raises BadRequest that names the field which is not expected."""
    request.json(Empty)
