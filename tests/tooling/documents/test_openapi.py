"""openapi.json is valid and complete, and documents the errors of errors.py."""

import json
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
    UnsupportedMediaType,
)
from chalicelib.handlers.cors import OWN_ERRORS
from chalicelib.handlers.http import ENDPOINTS
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
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = {endpoint.name for endpoint in ENDPOINTS}
    assert sorted(operation["operationId"] for operation in operations) == sorted(names)
    assert all(operation["summary"].endswith(".") for operation in operations)


def test_every_operation_documents_429_500_and_503(document: Json) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["responses"].keys() >= {"429", "500", "503"}, (method, path)


def test_only_what_begins_a_session_a_mailed_link_and_health_need_no_session(document: Json) -> None:
    open_to_all = {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if not operation["security"]
    }
    assert open_to_all == {
        *("signup", "login", "live", "ready"),
        *("ask_password_reset", "confirm_password_reset", "confirm_verification", "link_page"),
        *("unsubscribe", "unsubscribe_page"),
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
    assert jsonschema_rs.is_valid(refusals.body_of([refusal]), error.body())
    assert not jsonschema_rs.is_valid(refusals.body_of([refusal]), {**error.body(), "more": 1})


def test_errors_that_no_service_raises_have_their_documented_body() -> None:
    sentence, code = OWN_ERRORS[415]
    for refusal, status, body in (
        (refusals.TOO_LARGE, BODY_TOO_LARGE.status, json.loads(BODY_TOO_LARGE.body)),
        (refusals.refusal_of(UnsupportedMediaType), 415, {"error": sentence, "code": code}),
        (refusals.INTERNAL_ERROR, 500, INTERNAL),
        (refusals.refusal_of(Unavailable), UNAVAILABLE.status, json.loads(UNAVAILABLE.body)),
    ):
        assert refusal.status == status
        assert jsonschema_rs.is_valid(refusals.body_of([refusal]), body)
