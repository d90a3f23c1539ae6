"""What every REST handler shares: the request as they see it, and errors as answers."""

import functools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, TypeVar

import msgspec
from chalice.app import Blueprint, MultiDict, Request, Response

from chalicelib.clients.mongo.budget import budget
from chalicelib.errors import INTERNAL, BadRequest, DevConnectError, NotFound, RateLimited, SettingsError, Unauthorized
from chalicelib.models import fields
from chalicelib.models.parsing import parse_json, parse_query
from chalicelib.models.requests import Empty
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import ClientIdentity
from chalicelib.wiring import wired

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")
COOKIE = "token"
Headers = dict[str, str | list[str]]
_METHODS_WITH_A_BODY = frozenset({"POST", "PATCH"})
JSON: Headers = {"Content-Type": "application/json"}
_NOTHING = msgspec.json.Decoder(Empty)


@dataclass(frozen=True)
class Endpoint:
    """A route as clients see it: what its handler is given, and what the documents are made from.

    `takes` is the model of the body, or of the query string where the method has no body. `answers` is {status: the
    model of the body}, None where there is none. `raises` are the errors besides those that every request may meet.
    `group` is the file of the handler: what belongs together.
    """

    method: str
    path: str
    name: str
    group: str
    summary: str
    takes: type
    answers: Mapping[int, type | None]
    raises: tuple[type[DevConnectError], ...]
    signed_in: bool
    sets_cookie: bool

    @property
    def has_body(self) -> bool:
        return self.method in _METHODS_WITH_A_BODY


ENDPOINTS: list[Endpoint] = []
"""Every route that was registered, in that order."""


class HttpRequest(Generic[T]):
    """A REST request, checked: `input` is its body or query string."""

    def __init__(self, request: Request, endpoint: Endpoint) -> None:
        """Raises Unauthorized, and BadRequest that names the field; in this order, as strangers are told nothing."""
        self._request = request
        self.headers: dict[str, str] = {name.lower(): value for name, value in request.headers.items()}
        self._credentials = credentials_from(self.headers) if endpoint.signed_in else None
        takes: type[T] = endpoint.takes
        # Whichever of the two a route does not take must be empty: an unknown field is an error that names it.
        if endpoint.has_body:
            parse_query(_parameters(request), Empty)
            self.input = parse_json(request.raw_body, msgspec.json.Decoder(takes))
        else:
            parse_json(request.raw_body, _NOTHING)
            self.input = parse_query(_parameters(request), takes)

    @property
    def credentials(self) -> Credentials:
        """Raises Unauthorized where the route is for everybody."""
        if self._credentials is None:
            raise Unauthorized
        return self._credentials

    @property
    def client(self) -> ClientIdentity:
        # requestContext alone: a header such as X-Forwarded-For says what the client wants it to say.
        identity = self._request.context["identity"]
        return ClientIdentity(ip=identity["sourceIp"], user_agent=self.headers.get("user-agent", ""))


def _parameters(request: Request) -> dict[str, str]:
    """Raises BadRequest for a parameter that is given twice."""
    parameters: dict[str, str] = {}
    given: MultiDict = request.query_params or MultiDict({})
    for name in given:
        values = given.getlist(name)
        if len(values) > 1:
            raise BadRequest({name: "it is given more than once"})
        parameters[name] = values[0]
    return parameters


def credentials_from(headers: dict[str, str]) -> Credentials:
    """From `Authorization: Bearer <token>`, or else the cookie. Raises Unauthorized."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        token = _cookie(headers.get("cookie", ""))
    if not token:
        raise Unauthorized
    return wired().tokens.verify_session(token.strip())


def _cookie(header: str) -> str:
    """The session's cookie (RFC 6265, 5.4), whatever others of the domain look like beside it."""
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


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


Handler = Callable[Concatenate[HttpRequest[T], P], Response]


def route(
    blueprint: Blueprint,
    method: str,
    path: str,
    takes: type[T],
    answers: Mapping[int, type | None],
    *,
    raises: tuple[type[DevConnectError], ...] = (),
    signed_in: bool = True,
    sets_cookie: bool = False,
) -> Callable[[Handler[T, P]], Handler[T, P]]:
    """Register `handler(request, **path parameters)` for an Endpoint; the errors it raises become answers.

    Under the route, since Chalice's middleware never sees a handler's exception, only a finished 500.
    """

    def register(handler: Handler[T, P]) -> Handler[T, P]:
        summary = (handler.__doc__ or "").strip()
        endpoint = Endpoint(
            method=method,
            path=path,
            name=handler.__name__,
            group=handler.__module__.rpartition(".")[2],
            summary=summary,
            takes=takes,
            answers=answers,
            raises=raises,
            signed_in=signed_in,
            sets_cookie=sets_cookie,
        )
        ENDPOINTS.append(endpoint)

        @blueprint.route(path, methods=[method])
        @functools.wraps(handler)
        def view(*args: P.args, **parameters: P.kwargs) -> Response:
            try:
                with budget():
                    return handler(HttpRequest(blueprint.current_request, endpoint), *args, **parameters)
            except DevConnectError as error:
                return error_response(error)
            except SettingsError as error:
                log.critical("%s", error, extra={"action": "settings_wrong"})
            except Exception:
                log.exception("A handler failed.", extra={"action": "handler_failed", "path": path})
            return json_response(500, INTERNAL)

        return handler

    return register
