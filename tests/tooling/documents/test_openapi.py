"""openapi.json is valid and complete, and documents the errors of errors.py."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from app import app
from chalicelib.errors import (
    INTERNAL,
    BadRequest,
    DevConnectError,
    RateLimited,
    Suspended,
    Unavailable,
)
from chalicelib.handlers.http import ENDPOINTS
from chalicelib.models.fields import MAX_PRESENCE_USERS
from infra.documents import refusals
from infra.documents.files import DIRECTORY, OPENAPI
from infra.local.gateway.responses import BODY_TOO_LARGE, UNAVAILABLE

Json = dict[str, Any]  # Any: JSON


@pytest.fixture(scope="module")
def document() -> Json:
    loaded: Json = json.loads((DIRECTORY / OPENAPI).read_text())
    return loaded


def test_openapi_json_is_valid(document: Json) -> None:
    validate(document)


def test_openapi_json_has_every_route_and_no_other(document: Json) -> None:
    routes = {(path, method) for path, methods in app.routes.items() for method in methods if method != "OPTIONS"}
    documented = {(path, method.upper()) for path, operations in document["paths"].items() for method in operations}
    assert documented == routes


def test_each_operation_is_named_once_and_explained(document: Json) -> None:
    names = [operation["operationId"] for operation in operations(document)]
    assert len(names) == len(set(names)) == len(ENDPOINTS)
    assert all(re.fullmatch(r"(get|post|patch|delete)([A-Z][a-z]+)+(Id)?", name) for name in names), names
    assert all(operation["summary"].endswith(".") for operation in operations(document))


def test_every_operation_documents_500_and_503(document: Json) -> None:
    for operation in operations(document):
        assert operation["responses"].keys() >= {"500", "503"}, operation["operationId"]


def test_only_what_begins_a_session_a_mailed_link_and_health_need_no_session(document: Json) -> None:
    open_to_all = {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if not operation["security"]
    }
    assert open_to_all == {
        *("postSignup", "postLogin", "getHealth", "getHealthReady"),
        *("postPasswordReset", "postPasswordResetConfirm", "postVerificationConfirm", "getLink"),
        *("getUnsubscribe", "postUnsubscribe"),
    }


def errors() -> list[DevConnectError]:
    """Returns one error of each class."""
    own: dict[type[DevConnectError], DevConnectError] = {
        BadRequest: BadRequest({"name": "it is required"}),
        RateLimited: RateLimited(5),
        Suspended: Suspended("spam"),
    }
    return [own[kind] if kind in own else kind() for kind in DevConnectError.__subclasses__()]


@pytest.mark.parametrize("error", errors(), ids=lambda error: type(error).__name__)
def test_an_error_has_its_documented_body(error: DevConnectError) -> None:
    refusal = refusals.refusal_of(type(error))
    assert refusal.status == error.status
    assert_documented(refusal, error.body())
    assert jsonschema_rs.is_valid(refusals.SCHEMA, {**error.body(), "more": 1}), "newer fields are allowed"


def assert_documented(refusal: refusals.Refusal, body: Mapping[str, object]) -> None:
    for conforming in (body, refusal.example):
        assert jsonschema_rs.is_valid(refusals.SCHEMA, conforming), conforming
    assert body.keys() == refusal.example.keys()
    assert body["code"] == refusal.code


def test_errors_that_no_service_raises_have_their_documented_body() -> None:
    for refusal, status, body in (
        (refusals.TOO_LARGE, BODY_TOO_LARGE.status, json.loads(BODY_TOO_LARGE.body)),
        (refusals.INTERNAL_ERROR, 500, INTERNAL),
        (refusals.refusal_of(Unavailable), UNAVAILABLE.status, json.loads(UNAVAILABLE.body)),
    ):
        assert refusal.status == status
        assert_documented(refusal, body)


def media(document: Json) -> Iterator[Json]:
    """Every body of a request or response that is JSON."""
    for operation in operations(document):
        responses = [*operation["responses"].values(), *document["components"]["responses"].values()]
        for body in (operation.get("requestBody", {}), *responses):
            if described := body.get("content", {}).get("application/json"):
                yield described


def operations(document: Json) -> list[Json]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def test_every_body_has_an_example_that_conforms(document: Json) -> None:
    for described in media(document):
        schema = {"components": document["components"], **described["schema"]}
        assert jsonschema_rs.is_valid(schema, described["example"]), described


def test_every_error_is_of_one_schema(document: Json) -> None:
    for response in document["components"]["responses"].values():
        assert response["content"]["application/json"]["schema"] == refusals.REFERENCE
    assert "additionalProperties" not in document["components"]["schemas"][refusals.ERROR]


def test_operations_name_the_statuses_that_they_can_give_alone(document: Json) -> None:
    for operation in operations(document):
        with_body = "requestBody" in operation
        assert ("415" in operation["responses"]) == ("413" in operation["responses"]) == with_body, operation
    unlimited = {operation["operationId"] for operation in operations(document) if "429" not in operation["responses"]}
    assert unlimited == {"getHealth", "getHealthReady", "getLink"}


def test_a_list_in_a_query_is_a_list(document: Json) -> None:
    [parameter] = document["paths"]["/api/presence"]["get"]["parameters"]
    assert (parameter["style"], parameter["explode"]) == ("form", False)
    assert (parameter["schema"]["type"], parameter["schema"]["maxItems"]) == ("array", MAX_PRESENCE_USERS)
