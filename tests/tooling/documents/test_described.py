"""The descriptions, patterns, enums and examples of the documents, which leave out the implementation."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from chalicelib.models.event_types import EVENT_TYPES
from infra.documents.files import ASYNCAPI, ASYNCAPI_KAFKA, OPENAPI, made
from infra.local.state import CHECKOUT

Json = dict[str, Any]  # Any: JSON
DOCUMENTS = {name: document for name, document in made().items() if name in {OPENAPI, ASYNCAPI, ASYNCAPI_KAFKA}}

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


@pytest.mark.parametrize("name", [OPENAPI, ASYNCAPI, ASYNCAPI_KAFKA])
def test_no_description_mentions_the_implementation(name: str) -> None:
    kinds = ("description", "summary")
    texts = [described[kind] for described in objects(DOCUMENTS[name]) for kind in kinds if kind in described]
    assert len(texts) > 15
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


def test_no_integer_is_greater_than_javascript_has() -> None:
    """2^53 - 1 is the last one that is told from the next (ECMA-262, Number.MAX_SAFE_INTEGER)."""
    numbers = [number for schema in objects(DOCUMENTS) for number in schema.values() if isinstance(number, int)]
    assert max(numbers) == 2**53 - 1


def test_an_integer_that_32_bits_do_not_hold_says_so() -> None:
    for schema in objects(DOCUMENTS):
        if schema.get("type") == "integer" and schema.get("maximum", 0) >= 2**31:
            assert schema["format"] == "int64", schema


def test_every_closed_set_of_values_has_its_type() -> None:
    for schema in objects(DOCUMENTS):
        if isinstance(schema.get("enum"), list) or "const" in schema:
            assert "type" in schema, schema


def test_no_field_has_null_as_its_default() -> None:
    """A generator would take it for one that is always there."""
    assert [schema for schema in objects(DOCUMENTS) if "default" in schema and schema["default"] is None] == []


def test_one_of_user_id_and_user_ids_is_in_the_schema() -> None:
    frame = DOCUMENTS[ASYNCAPI]["components"]["schemas"]["PresenceQueryFrame"]
    frames: dict[bool, list[Json]] = {
        True: [{"userId": "0" * 24}, {"userIds": ["0" * 24]}],
        False: [{}, {"userId": "0" * 24, "userIds": ["0" * 24]}],
    }
    for is_valid, some in frames.items():
        for fields in some:
            assert jsonschema_rs.is_valid(frame, {"action": "presence:query", **fields}) == is_valid


def test_no_text_of_a_document_has_what_go_takes_in_no_source() -> None:
    """A generator writes patterns and descriptions into it as they are (Go's specification, "Source code")."""
    for name in (OPENAPI, ASYNCAPI, ASYNCAPI_KAFKA):
        text = json.dumps(DOCUMENTS[name], ensure_ascii=False)
        assert not {"\ufeff", "\0"} & set(text), name


def patterns() -> dict[str, str]:
    """{pattern: an example that matches it, or "" where there is none}."""
    found: dict[str, str] = {}
    for schema in objects(DOCUMENTS):
        if isinstance(pattern := schema.get("pattern"), str):
            found[pattern] = found.get(pattern) or next(iter(schema.get("examples", [])), "")
    return found


ENGINES = {
    "node": ("patterns.mjs", ["node"]),
    "java": ("Patterns.java", ["java"]),
    "go": ("patterns.go", ["go", "run"]),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_pattern_is_read_by_the_engines_of_other_languages(engine: str, tmp_path: Path) -> None:
    """Each program reads a pattern and an example from every two lines, and prints those that it does not match."""
    if shutil.which(engine) is None:
        pytest.skip(f"needs {engine}")
    name, command = ENGINES[engine]
    program = Path(__file__).parent / "patterns" / name
    lines = [line for pair in patterns().items() for line in pair]
    assert not any("\n" in line for line in lines)
    (tmp_path / "lines").write_text("\n".join(lines) + "\n")
    # Kept, as the first program takes ten seconds to compile what it imports of the standard library.
    cache = CHECKOUT / ".local" / "go-cache"
    environment = {**os.environ, "GOCACHE": str(cache), "GOFLAGS": "-mod=mod", "GO111MODULE": "off"}
    with (tmp_path / "lines").open() as stream:
        run = subprocess.run(
            [*command, str(program)], stdin=stream, env=environment, capture_output=True, text=True, check=False
        )
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
