"""The parts that REST handlers share: routes, parsed requests, and error responses."""

import functools
import logging
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, TypeVar

import msgspec
from chalice.app import Blueprint, MultiDict, Request, Response

from chalicelib.clients.budget import budget
from chalicelib.errors import (
    INTERNAL,
    BadRequest,
    DevConnectError,
    NotFound,
    OriginNotAllowed,
    RateLimited,
    SettingsError,
    Unauthorized,
    UnsupportedMediaType,
)
from chalicelib.models import fields
from chalicelib.models.parsing import parse_json, parse_query
from chalicelib.models.requests import Empty
from chalicelib.security.quotas import noting_quota
from chalicelib.security.tokens import Credentials
from chalicelib.services.accounts import ClientIdentity
from chalicelib.tracing import TRACEPARENT, traced
from chalicelib.wiring import wired

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")
COOKIE = "token"
Headers = dict[str, str | list[str]]
_METHODS_WITH_A_BODY = frozenset({"POST", "PATCH"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""RFC 9110, section 9.2.1: they change nothing, so it does not matter which page sends them."""

JSON: Headers = {"Content-Type": "application/json"}
_EMPTY_BODY = msgspec.json.Decoder(Empty)


@dataclass(frozen=True)
class Endpoint:
    """A route as clients see it, from which its requests are parsed and the OpenAPI document is made.

    `takes` is the model of the body, or of the query string where the method has no body. `responses` is {status: the
    model of the body}, with None for no body. `raises` are the errors besides those that every request may raise.
    `group` is the name of the handler's file; the document tags the route with it. Where it is `limited`, too many
    requests are refused. With `takes_any_form` the body is that of a page's or a mail program's form, of which nothing
    is read: `takes` is the model of the query string.
    """

    method: str
    path: str
    name: str
    group: str
    summary: str
    takes: type
    responses: Mapping[int, type | None]
    raises: tuple[type[DevConnectError], ...]
    signed_in: bool
    sets_cookie: bool
    takes_any_form: bool
    limited: bool

    @property
    def has_body(self) -> bool:
        return not self.takes_any_form and (
            self.method in _METHODS_WITH_A_BODY or (self.method == "DELETE" and self.takes is not Empty)
        )

    @property
    def changes_something(self) -> bool:
        return self.method not in _SAFE_METHODS


ENDPOINTS: list[Endpoint] = []
"""Every registered route, in the order of registration."""


class HttpRequest(Generic[T]):
    """A REST request that has been checked: `input` is its parsed body or query string."""

    def __init__(self, request: Request, endpoint: Endpoint) -> None:
        """Raises Unauthorized, OriginNotAllowed, UnsupportedMediaType, or BadRequest that names the field.

        They are raised in this order, so that strangers learn nothing.
        """
        self._request = request
        self.headers = _lower_names(request)
        self._credentials = credentials_from(self.headers) if endpoint.signed_in else None
        if endpoint.signed_in and endpoint.changes_something and _bearer_token(self.headers) is None:
            _require_own_origin(self.headers)
        takes: type[T] = endpoint.takes
        if endpoint.takes_any_form:
            self.input = parse_query(_parameters(request), takes)
            return
        # The other one, which the route does not take, must be empty: an unknown field is an error that names it.
        if endpoint.has_body:
            if request.raw_body:
                _require_json(self.headers)
            parse_query(_parameters(request), Empty)
            self.input = parse_json(request.raw_body, msgspec.json.Decoder(takes))
        else:
            parse_json(request.raw_body, _EMPTY_BODY)
            self.input = parse_query(_parameters(request, getattr(takes, "LISTS", frozenset())), takes)

    @property
    def credentials(self) -> Credentials:
        """Raises Unauthorized where the route needs no session."""
        if self._credentials is None:
            raise Unauthorized
        return self._credentials

    @property
    def client(self) -> ClientIdentity:
        # From requestContext alone: a client can set a header such as X-Forwarded-For to anything.
        identity = self._request.context["identity"]
        return ClientIdentity(ip=identity["sourceIp"], user_agent=self.headers.get("user-agent", ""))


def _lower_names(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _parameters(request: Request, lists: Set[str] = frozenset()) -> dict[str, str]:
    """The query string. Raises BadRequest for a parameter that is given twice, unless it is one of `lists`.

    The values of those are joined by commas: some generated clients repeat the name.
    """
    parameters: dict[str, str] = {}
    given: MultiDict = request.query_params or MultiDict({})
    for name in given:
        values = given.getlist(name)
        if name in lists:
            values = [",".join(values)]
        if len(values) > 1:
            raise BadRequest({name: "it is given more than once"})
        parameters[name] = values[0]
    return parameters


def credentials_from(headers: dict[str, str]) -> Credentials:
    """Read them from `Authorization: Bearer <token>`, or else from the cookie. Raises Unauthorized.

    A browser sends several cookies of the name where they were set for several domains or paths, and the server cannot
    tell which one is stale (RFC 6265, 4.2.2). The first that verifies is meant.
    """
    if token := _bearer_token(headers):
        return wired().tokens.verify_session(token.strip())
    for cookie in _cookies(headers.get("cookie", "")):
        try:
            return wired().tokens.verify_session(cookie)
        except Unauthorized:
            continue
    raise Unauthorized


def _bearer_token(headers: dict[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


def _require_own_origin(headers: dict[str, str]) -> None:
    """Refuse a page of a foreign origin, whose requests a browser sends with the user's cookie (CSRF).

    A client that is no browser sends no Origin, and no cookie that it was not given. Raises OriginNotAllowed.
    """
    origin = headers.get("origin")
    if origin is None:
        # Sent by browsers alone (Fetch Metadata Request Headers, section 2.3), and by no page that could choose it.
        foreign = headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    else:
        own_host = origin.partition("://")[2] == headers.get("host")
        foreign = not own_host and origin not in wired().settings.allowed_origins
    if foreign:
        raise OriginNotAllowed("Pages of this origin may not use the cookie.")


def _require_json(headers: dict[str, str]) -> None:
    """Refuse a body that is not plain JSON by its headers. Raises UnsupportedMediaType.

    A page may send text/plain, or no type at all, to any origin without asking (Fetch, CORS-safelisted request-header).
    """
    content_type, _, parameters = headers.get("content-type", "").partition(";")
    if content_type.strip().lower() != "application/json" or "," in parameters:
        raise UnsupportedMediaType
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("The body must not be compressed.")


def _cookies(header: str) -> Iterator[str]:
    """The values of the session cookies (RFC 6265, 5.4), whatever other cookies of the domain look like."""
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE and value:
            yield value.strip()


def json_response(status: int, body: object, headers: Headers | None = None) -> Response:
    return Response(body=msgspec.json.encode(body).decode(), status_code=status, headers=JSON | (headers or {}))


def no_content(headers: Headers | None = None) -> Response:
    return Response(body="", status_code=204, headers=headers or {})


def error_response(error: DevConnectError) -> Response:
    headers: Headers | None = {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimited) else None
    return json_response(error.status, error.body(), headers)


def user_id_in_path(user_id: str) -> str:
    """Raises NotFound for a malformed id, as no user has it."""
    if not fields.USER_ID.fullmatch(user_id):
        raise NotFound("There is no such user.")
    return user_id


Handler = Callable[Concatenate[HttpRequest[T], P], Response]


def route(
    blueprint: Blueprint,
    method: str,
    path: str,
    takes: type[T],
    responses: Mapping[int, type | None],
    *,
    raises: tuple[type[DevConnectError], ...] = (),
    signed_in: bool = True,
    sets_cookie: bool = False,
    takes_any_form: bool = False,
    limited: bool = True,
) -> Callable[[Handler[T, P]], Handler[T, P]]:
    """Register `handler(request, **path parameters)` as an Endpoint; the errors that it raises become responses.

    They are caught here, as Chalice's middleware never sees the exception of a handler, only a finished 500.
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
            responses=responses,
            raises=raises,
            signed_in=signed_in,
            sets_cookie=sets_cookie,
            takes_any_form=takes_any_form,
            limited=limited,
        )
        ENDPOINTS.append(endpoint)

        # HttpRequest looks at the type of a body. Chalice would refuse also the type of a request without one, which
        # some clients send.
        @blueprint.route(path, methods=[method], content_types=["*/*"])
        @functools.wraps(handler)
        def view(*args: P.args, **parameters: P.kwargs) -> Response:
            headers = _lower_names(blueprint.current_request)
            with traced(headers.get(TRACEPARENT), headers), noting_quota() as noted:
                response = answer(*args, **parameters)
            response.headers.update(noted.headers())
            return response

        def answer(*args: P.args, **parameters: P.kwargs) -> Response:
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
