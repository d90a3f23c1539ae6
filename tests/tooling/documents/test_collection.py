"""The collection has each call of the OpenAPI document once, ready to be sent."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from infra.documents.files import COLLECTION, DIRECTORY, OPENAPI

Json = dict[str, Any]  # Any: JSON


def loaded(name: str) -> Json:
    document: Json = json.loads((DIRECTORY / name).read_text())
    return document


COLLECTED, DOCUMENT = loaded(COLLECTION), loaded(OPENAPI)


def operations() -> Iterator[tuple[str, str, Json]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def items() -> dict[str, Json]:
    return {item["name"]: item for folder in COLLECTED["item"] for item in folder["item"]}


def test_each_operation_is_a_request_in_the_folder_of_its_tag() -> None:
    folders = {item["name"]: folder["name"] for folder in COLLECTED["item"] for item in folder["item"]}
    assert folders == {operation["operationId"]: operation["tags"][0] for _, _, operation in operations()}


@pytest.mark.parametrize(
    ("path", "method", "operation"), [pytest.param(*each, id=each[2]["operationId"]) for each in operations()]
)
def test_a_request_is_what_the_document_says(path: str, method: str, operation: Json) -> None:
    request = items()[operation["operationId"]]["request"]
    given = {each["key"]: each["value"] for each in request["url"].get("variable", [])}
    filled = "/".join(given[part[1:]] if part.startswith(":") else part for part in request["url"]["path"])
    assert (request["method"], f"/{filled}") == (method, path.format(**given))
    assert (request.get("auth") == {"type": "noauth"}) == (operation["security"] == [])
    needed = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query" and each["required"]]
    sent = {each["key"]: each["value"] for each in request["url"].get("query", []) if not each["disabled"]}
    assert list(sent) == needed
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        jsonschema_rs.validate({"components": DOCUMENT["components"], **schema}, json.loads(request["body"]["raw"]))


def test_the_login_keeps_the_token_that_the_others_send() -> None:
    [script] = [event["script"] for item in items().values() for event in item.get("event", [])]
    assert 'set("token"' in script["exec"][0]
    assert COLLECTED["auth"]["bearer"][0]["value"] == "{{token}}"
    assert {each["key"]: each["value"] for each in COLLECTED["variable"]}["baseUrl"] == "http://127.0.0.1:8000"
