"""Generates the OpenAPI 3.1 document of the REST API from the routes and their models."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.errors import (
    BadRequest,
    DevConnectError,
    NotFound,
    OriginNotAllowed,
    RateLimited,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)
from chalicelib.handlers.http import COOKIE, Endpoint
from chalicelib.models import fields
from chalicelib.models.requests import Empty, PresenceQuery
from chalicelib.security.quotas import POLICY, RATE_LIMIT
from infra.documents import servers
from infra.documents.components import Components, Json
from infra.documents.examples import example
from infra.documents.refusals import (
    ERROR,
    INTERNAL_ERROR,
    REFERENCE,
    SCHEMA,
    TOO_LARGE,
    Refusal,
    described,
    refusal_of,
)
from infra.documents.tags import TAGS

_DESCRIPTION = """Bodies are JSON in UTF-8. A field or parameter that a request does not define is refused with an \
error that names it. If a name occurs twice in an object and both values are valid, the last one counts. Integers are \
written without a decimal point. Text is stored as it was sent, without normalisation, but for an email address. \
Times are ISO 8601 in UTC with milliseconds. After a 503 the outcome is unknown; a request that may be repeated can be \
repeated safely. Besides the statuses that an operation names, API Gateway's throttle answers any request with a 429."""

_LICENSE: Json = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}

_IN_PATH: dict[str, object] = {
    "userId": fields.UserId,
    "sessionId": fields.SessionId,
    "seq": fields.MessageSeq,
    "caseId": fields.CaseId,
}
_LISTS: Mapping[tuple[type, str], object] = {
    (PresenceQuery, "userIds"): Annotated[
        list[fields.UserId], Meta(min_length=1, max_length=fields.MAX_PRESENCE_USERS)
    ],
}
"""Parameters that are lists, of which the values are joined by commas."""

_PARAMETER = re.compile(r"\{(\w+)\}")
_RETRY_AFTER: Json = {"description": "The time to wait, in seconds.", "schema": {"type": "integer", "minimum": 1}}
_RATE_LIMIT: Json = {
    POLICY: {
        "description": "The limit that the request counts in: `q` requests in any `w` seconds.",
        "schema": {"type": "string", "examples": ['"feed";q=100;w=60']},
    },
    RATE_LIMIT: {
        "description": (
            "How many requests are left (`r`); with a 429 also after how many seconds the next one may succeed (`t`). "
            "Absent where it is not known."
        ),
        "schema": {"type": "string", "examples": ['"feed";r=99']},
    },
}
_SET_COOKIE: Json = {
    "description": f"The cookie `{COOKIE}`, which holds the session's token; it is empty if the session ends.",
    "schema": {"type": "string", "pattern": f"^{COOKIE}="},
}


def openapi(endpoints: Sequence[Endpoint], version: str) -> Json:
    """Returns the document of `endpoints`."""
    document = _Document()
    paths: defaultdict[str, Json] = defaultdict(dict)
    # Sorted, as the order of registration depends on that of imports.
    for endpoint in sorted(endpoints, key=lambda endpoint: (endpoint.path, endpoint.method)):
        paths[endpoint.path][endpoint.method.lower()] = document.operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "DevConnect", "version": version, "description": _DESCRIPTION, "license": _LICENSE},
        "servers": servers.rest(),
        "tags": [
            {"name": group, "description": TAGS[group]} for group in sorted({endpoint.group for endpoint in endpoints})
        ],
        "paths": dict(paths),
        "components": {
            "schemas": dict(sorted({**document.components.sorted(), ERROR: SCHEMA}.items())),
            "responses": dict(sorted(document.responses.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


class _Document:
    """The parts that operations share: `responses` are the error responses, by name."""

    def __init__(self) -> None:
        self.components = Components()
        self.responses: dict[str, Json] = {}

    def operation(self, endpoint: Endpoint) -> Json:
        name = _operation_id(endpoint)
        operation: Json = {"operationId": name, "tags": [endpoint.group], "summary": endpoint.summary}
        if not endpoint.has_body and endpoint.takes is not Empty and endpoint.takes.__doc__:
            operation["description"] = endpoint.takes.__doc__
        operation["security"] = [{"bearer": []}, {"cookie": []}] if endpoint.signed_in else []
        parameters = [*self._in_path(endpoint), *([] if endpoint.has_body else self._in_query(endpoint.takes))]
        if parameters:
            operation["parameters"] = parameters
        if endpoint.has_body:
            body = self.components.of(endpoint.takes)
            # A missing body counts as {}, so a body is required only if {} is not valid.
            required = bool(self.components.named(endpoint.takes)["required"])
            operation["requestBody"] = {"required": required, "content": self._json(body)}
        operation["responses"] = self._responses(endpoint)
        return operation

    def _in_path(self, endpoint: Endpoint) -> Iterator[Json]:
        for name in _PARAMETER.findall(endpoint.path):
            schema = self.components.of(_IN_PATH.get(name, str))
            yield {"name": name, "in": "path", "required": True, "schema": schema}

    def _in_query(self, model: type) -> Iterator[Json]:
        components = Components()  # separate, as a query string is not an object that the document could refer to
        components.of(model)
        schema = components.named(model)
        for name, property_schema in schema["properties"].items():
            parameter: Json = {"name": name, "in": "query", "required": name in schema["required"]}
            if (model, name) in _LISTS:
                parameter |= {"style": "form", "explode": False, "schema": self.components.of(_LISTS[model, name])}
            else:
                parameter["schema"] = _without_null(property_schema)
            yield parameter

    def _responses(self, endpoint: Endpoint) -> Json:
        responses = {status: self._response(status, model, endpoint) for status, model in endpoint.responses.items()}
        refusals: defaultdict[int, list[Refusal]] = defaultdict(list)
        for refusal in _refusals(endpoint):
            refusals[refusal.status].append(refusal)
        for status, several in refusals.items():
            if status not in responses:
                responses[status] = {"$ref": f"#/components/responses/{self._refused(several)}"}
            else:
                content = responses[status]["content"]["application/json"]
                content["schema"] = {"anyOf": [content["schema"], REFERENCE]}
        return {str(status): responses[status] for status in sorted(responses)}

    def _response(self, status: int, model: type | None, endpoint: Endpoint) -> Json:
        response: Json = {"description": "Success; the response has no body."}
        if model is str:
            page: Json = {"schema": {"type": "string"}}
            response = {"description": "An HTML page.", "content": {"text/html": page}}
        elif model is not None:
            schema = self.components.of(model)
            response = {
                "description": self.components.named(model).get("description", HTTPStatus(status).phrase),
                "content": self._json(schema),
            }
        if endpoint.sets_cookie:
            response["headers"] = {"Set-Cookie": _SET_COOKIE}
        if endpoint.signed_in:
            response["headers"] = response.get("headers", {}) | _RATE_LIMIT
        return response

    def _refused(self, refusals: Sequence[Refusal]) -> str:
        """Returns the name of the error response for `refusals`, which share one status."""
        in_order = sorted(refusals, key=lambda refusal: refusal.name)
        name = "Or".join(refusal.name for refusal in in_order)
        response: Json = {
            "description": described(in_order),
            "content": {"application/json": {"schema": REFERENCE, "example": in_order[0].example}},
        }
        if any("retryAfter" in refusal.more for refusal in in_order):
            response["headers"] = {"Retry-After": _RETRY_AFTER, **_RATE_LIMIT}
        self.responses[name] = response
        return name

    def _json(self, schema: Json) -> Json:
        return {"application/json": {"schema": schema, "example": example(schema, self.components.sorted())}}


def _refusals(endpoint: Endpoint) -> Iterator[Refusal]:
    """Yields every error that a request to `endpoint` may get, once."""
    errors: set[type[DevConnectError]] = {
        *(BadRequest, Unavailable),
        *endpoint.raises,
    }
    if endpoint.limited:
        errors.add(RateLimited)
    if endpoint.signed_in:
        errors.add(Unauthorized)
        if endpoint.changes_something:
            errors.add(OriginNotAllowed)
    if _PARAMETER.search(endpoint.path):
        errors.add(NotFound)  # a malformed id names no object
    yield from (refusal_of(error) for error in errors)
    yield INTERNAL_ERROR
    if endpoint.has_body:
        yield refusal_of(UnsupportedMediaType)
        yield TOO_LARGE


def _operation_id(endpoint: Endpoint) -> str:
    """Returns the method and the path as one word: `getMessagesByUserId` of GET /api/messages/{userId}."""
    parts = endpoint.path.removeprefix("/api").replace("{", "by/").replace("}", "").split("/")
    words = [word for part in parts for word in re.split(r"[-.]", part) if word]
    return endpoint.method.lower() + "".join(word[0].upper() + word[1:] for word in words)


def _without_null(schema: Json) -> Json:
    """Returns the schema without null, which a query string cannot express: missing parameters are omitted."""
    kept = {name: value for name, value in schema.items() if not (name == "default" and value is None)}
    if "anyOf" not in kept:
        return kept
    options = [option for option in kept.pop("anyOf") if option != {"type": "null"}]
    return {**options[0], **kept} if len(options) == 1 else {"anyOf": options, **kept}
