"""The REST API as an OpenAPI 3.1 document, made from the routes and their models."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from chalicelib.errors import BadRequest, DevConnectError, NotFound, RateLimited, Unauthorized, Unavailable
from chalicelib.handlers.http import COOKIE, Endpoint
from chalicelib.models import fields
from chalicelib.models.requests import Empty
from infra.documents import servers
from infra.documents.components import Components, Json
from infra.documents.refusals import (
    INTERNAL_ERROR,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    Refusal,
    body_of,
    refusal_of,
)

_DESCRIPTION = """Bodies are JSON in UTF-8. A field or a parameter that a request does not have is an error that \
names it. Of a name that is given twice in an object the last counts, where both are valid. A whole number is written \
without a point. Text is kept as it was sent, without normalisation. Times are ISO 8601 in UTC with milliseconds. A \
503 says that the outcome is unknown: what can be sent again, can be sent again safely."""

_IN_PATH: dict[str, object] = {"userId": fields.UserId, "sessionId": fields.SessionId}
_PARAMETER = re.compile(r"\{(\w+)\}")
_RETRY_AFTER: Json = {"description": "In seconds.", "schema": {"type": "integer", "minimum": 1}}
_SET_COOKIE: Json = {
    "description": f"The cookie `{COOKIE}`, which keeps the session; where the session ends, an empty one.",
    "schema": {"type": "string", "pattern": f"^{COOKIE}="},
}


def openapi(endpoints: Sequence[Endpoint], version: str) -> Json:
    """The document of `endpoints`."""
    document = _Document()
    paths: defaultdict[str, Json] = defaultdict(dict)
    # Not in the order of registration, which is that of imports.
    for endpoint in sorted(endpoints, key=lambda endpoint: (endpoint.path, endpoint.method)):
        paths[endpoint.path][endpoint.method.lower()] = document.operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "DevConnect", "version": version, "description": _DESCRIPTION},
        "servers": servers.rest(),
        "tags": [{"name": group} for group in sorted({endpoint.group for endpoint in endpoints})],
        "paths": dict(paths),
        "components": {
            "schemas": document.components.sorted(),
            "responses": dict(sorted(document.responses.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


class _Document:
    """What operations share: `responses` are those that refuse, by name."""

    def __init__(self) -> None:
        self.components = Components()
        self.responses: dict[str, Json] = {}

    def operation(self, endpoint: Endpoint) -> Json:
        operation: Json = {"operationId": endpoint.name, "tags": [endpoint.group], "summary": endpoint.summary}
        if not endpoint.has_body and endpoint.takes is not Empty and endpoint.takes.__doc__:
            operation["description"] = endpoint.takes.__doc__
        operation["security"] = [{"bearer": []}, {"cookie": []}] if endpoint.signed_in else []
        parameters = [*self._in_path(endpoint), *([] if endpoint.has_body else self._in_query(endpoint.takes))]
        if parameters:
            operation["parameters"] = parameters
        if endpoint.has_body:
            body = self.components.of(endpoint.takes)
            # Nothing at all is {}, so a body is required where {} is not enough.
            required = bool(self.components.named(endpoint.takes)["required"])
            operation["requestBody"] = {"required": required, "content": {"application/json": {"schema": body}}}
        operation["responses"] = self._answers(endpoint)
        return operation

    def _in_path(self, endpoint: Endpoint) -> Iterator[Json]:
        for name in _PARAMETER.findall(endpoint.path):
            schema = self.components.of(_IN_PATH.get(name, str))
            yield {"name": name, "in": "path", "required": True, "schema": schema}

    def _in_query(self, model: type) -> Iterator[Json]:
        components = Components()  # of their own: a query string is no object that a document could refer to
        components.of(model)
        schema = components.named(model)
        for name, property_schema in schema["properties"].items():
            yield {
                "name": name,
                "in": "query",
                "required": name in schema["required"],
                "schema": _without_null(property_schema),
            }

    def _answers(self, endpoint: Endpoint) -> Json:
        answers = {status: self._answer(status, model, endpoint) for status, model in endpoint.responses.items()}
        refusals: defaultdict[int, list[Refusal]] = defaultdict(list)
        for refusal in _refusals(endpoint):
            refusals[refusal.status].append(refusal)
        for status, several in refusals.items():
            if status not in answers:
                answers[status] = {"$ref": f"#/components/responses/{self._refused(several)}"}
            else:
                content = answers[status]["content"]["application/json"]
                content["schema"] = {"anyOf": [content["schema"], body_of(several)]}
        return {str(status): answers[status] for status in sorted(answers)}

    def _answer(self, status: int, model: type | None, endpoint: Endpoint) -> Json:
        answer: Json = {"description": "Done, and nothing is to be said."}
        if model is not None:
            schema = self.components.of(model)
            answer = {
                "description": self.components.named(model).get("description", HTTPStatus(status).phrase),
                "content": {"application/json": {"schema": schema}},
            }
        if endpoint.sets_cookie:
            answer["headers"] = {"Set-Cookie": _SET_COOKIE}
        return answer

    def _refused(self, refusals: Sequence[Refusal]) -> str:
        """The name of the response that tells one of `refusals`, which have one status."""
        in_order = sorted(refusals, key=lambda refusal: refusal.name)
        name = "Or".join(refusal.name for refusal in in_order)
        response: Json = {
            "description": " Or: ".join(refusal.sentence for refusal in in_order),
            "content": {"application/json": {"schema": body_of(in_order)}},
        }
        if any("retryAfter" in refusal.more for refusal in in_order):
            response["headers"] = {"Retry-After": _RETRY_AFTER}
        self.responses[name] = response
        return name


def _refusals(endpoint: Endpoint) -> Iterator[Refusal]:
    """Every error that a request to `endpoint` may meet, once."""
    errors: set[type[DevConnectError]] = {BadRequest, RateLimited, Unavailable, *endpoint.raises}
    if endpoint.signed_in:
        errors.add(Unauthorized)
    if _PARAMETER.search(endpoint.path):
        errors.add(NotFound)  # what is no id names nothing
    yield from (refusal_of(error) for error in errors)
    yield from (UNSUPPORTED_MEDIA_TYPE, INTERNAL_ERROR)
    if endpoint.has_body:
        yield TOO_LARGE


def _without_null(schema: Json) -> Json:
    """A query string has no null: what is not given is left out."""
    kept = {name: value for name, value in schema.items() if not (name == "default" and value is None)}
    if "anyOf" not in kept:
        return kept
    options = [option for option in kept.pop("anyOf") if option != {"type": "null"}]
    return {**options[0], **kept} if len(options) == 1 else {"anyOf": options, **kept}
