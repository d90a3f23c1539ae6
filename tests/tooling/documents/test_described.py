"""The descriptions, patterns, enums and examples of the documents, which leave out the implementation."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.models.event_types import EVENT_TYPES
from infra.documents.files import ASYNCAPI, OPENAPI, made

Json = dict[str, Any]  # Any: JSON
DOCUMENTS = made()

IDS = {"userId", "fromUserId", "toUserId", "messageId", "conversationId", "notificationId", "sessionId"}
TIMES = {"ts", "createdAt", "updatedAt", "lastUsedAt", "lastSeenAt", "readAt", "timestamp"}


def objects(value: object) -> Iterator[Json]:
    """Yields every object in a document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def sent() -> Iterator[tuple[str, str, Json]]:
    """Yields (schema, field, the field's schema) of everything that the service sends."""
    for document in DOCUMENTS.values():
        for name, schema in document["components"]["schemas"].items():
            if name.endswith(("Response", "Card", "Event", "State")):
                yield from ((name, field, inner) for field, inner in schema["properties"].items())


def options(schema: Json) -> list[Json]:
    """Returns the schemas of what a value may be, except null."""
    return [option for option in schema.get("anyOf", [schema]) if option != {"type": "null"}]


@pytest.mark.parametrize("name", [OPENAPI, ASYNCAPI])
def test_no_description_mentions_the_implementation(name: str) -> None:
    kinds = ("description", "summary")
    texts = [described[kind] for described in objects(DOCUMENTS[name]) for kind in kinds if kind in described]
    assert len(texts) > 50
    inside = re.compile(r"Python|msgspec|docstring|Struct|in the cache|\n")
    assert [text for text in texts if isinstance(text, str) and inside.search(text)] == []


def test_an_operation_without_a_query_is_described_by_its_summary_alone() -> None:
    for path, operations in DOCUMENTS[OPENAPI]["paths"].items():
        for method, operation in operations.items():
            has_query = any(parameter["in"] == "query" for parameter in operation.get("parameters", []))
            assert ("description" in operation) == has_query, (method, path)


def test_a_field_that_may_be_omitted_is_not_documented_as_null() -> None:
    assert [(name, field) for name, field, schema in sent() if "default" in schema and schema["default"] is None] == []
    error = DOCUMENTS[ASYNCAPI]["components"]["schemas"]["ErrorEvent"]
    assert error["required"] == ["event", "error", "code"]
    fields = error["properties"].values()
    assert {"type": "null"} not in [option for field in fields for option in field.get("anyOf", [])]


def test_sent_ids_have_a_pattern_and_sent_times_a_format() -> None:
    seen = set()
    for name, field, schema in sent():
        for option in options(schema):
            if field in IDS:
                assert option["pattern"], (name, field)
            if field in TIMES:
                assert option["format"] == "date-time", (name, field)
        seen.add(field)
    assert seen >= IDS | TIMES - {"timestamp"}


def test_closed_sets_of_values_are_enums() -> None:
    schemas = DOCUMENTS[OPENAPI]["components"]["schemas"]
    assert set(schemas["ConnectionResponse"]["properties"]["status"]["enum"]) == {
        "interested", "ignored", "accepted", "rejected",
    }  # fmt: skip
    types = schemas["NotificationResponse"]["properties"]["type"]["enum"]
    assert set(types) == {kind for kind in EVENT_TYPES if kind.endswith("_NOTIFICATION")}


def test_every_example_matches_its_pattern() -> None:
    for schema in objects(DOCUMENTS):
        if isinstance(schema.get("pattern"), str):
            for example in schema.get("examples", []):
                assert re.fullmatch(schema["pattern"].replace("$", r"\Z"), example), schema
