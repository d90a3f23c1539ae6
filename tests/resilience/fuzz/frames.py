"""Frames that Hypothesis makes: some that asyncapi.json allows, and some that are wrong."""

import copy
import json
import re
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.tooling.documents.asyncapi_schemas import document, name_of

Json = dict[str, Any]  # Any: JSON

ACTIONS = sorted(
    document()["components"]["messages"][name]["name"]
    for name in document()["channels"]["socket"]["messages"]
    if name.endswith("Frame")
)

OPERATORS: Sequence[object] = (
    {"$ne": ""},
    {"$gt": None},
    {"$where": "sleep(1000)"},
    {"__proto__": {"role": "admin"}},
    {"$oid": "0" * 24},
    [{"$regex": ".*"}],
)
NAMES = (
    "$where",
    "__proto__",
    "constructor",
    "a.b",
    "userId.$ne",
    "",
    "\0",
    "`",
    "x` - at `$.y",
    "\u202e",
    "k" * 20_000,
)
NUMBERS = (-1, 0, 2**53 + 1, -(2**63), 2**64, 10**400, 1.5, 1e308, 1.0)
TEXTS = (
    "",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "0" * 24 + "\n",
    "$userId",
    "e\u0301",
    "\U0001f468\u200d\U0001f469",
    "x" * 30_000,
)


def deep(levels: int) -> object:
    """Returns nested lists."""
    value: object = []
    for _ in range(levels):
        value = [value]
    return value


hostile = (
    st.sampled_from(OPERATORS).map(copy.deepcopy)  # `broken` may change further what is in a frame
    | st.sampled_from(NUMBERS)
    | st.sampled_from(TEXTS)
    | st.integers(1, 300).map(deep)
    | st.none()
    | st.booleans()
    | st.text(max_size=50)
    | st.floats(allow_nan=False, allow_infinity=False)
)


@st.composite
def conforming(draw: st.DrawFn, user_ids: Sequence[str]) -> Json:
    """Draws a frame that the schema of one of the actions allows; its ids are those of existing users, or made up."""
    name = name_of(draw(st.sampled_from(ACTIONS)), of="receive")
    frame = draw(_of_schema({"$ref": f"#/components/schemas/{name}"}, user_ids))
    assert isinstance(frame, dict)
    return frame


@st.composite
def broken(draw: st.DrawFn, user_ids: Sequence[str]) -> str:
    """Draws the text of a frame with one to three fields dropped, added, renamed, or replaced by a hostile value."""
    frame = draw(conforming(user_ids))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(_objects(frame)))
        kind = draw(st.sampled_from(["drop", "replace", "replace", "add", "rename"]))
        if kind == "add" or not place:
            place[draw(st.sampled_from(NAMES) | st.text(max_size=10))] = draw(hostile)
            continue
        name = draw(st.sampled_from(sorted(place)))
        value = place.pop(name)
        if kind == "replace":
            place[name] = draw(hostile)
        elif kind == "rename":
            place[draw(st.sampled_from([name.upper(), name + "\0", name + ".x", "$" + name]))] = value
    return _written(frame, escaped=draw(st.booleans()))


mangled = st.sampled_from(
    [
        "",
        "null",
        "[]",
        '"register"',
        "{",
        '{"action":"register"}{"action":"register"}',
        '{"action":"register","action":"typing"}',
        '{"action":"register",}',
        "{'action':'register'}",
        '{"action":"message:read","userId":"x","seq":NaN}',
        '{"action":"message:read","userId":"x","seq":Infinity}',
        '{"action":"message:read","userId":"x","seq":0x10}',
        '{"action":"register","x":"\\ud800"}',
        "[" * 20_000,
        '{"a":' * 5_000,
        "\ufeff{}",
    ]
) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1"))
"""Text that is not a frame, and mostly not JSON. (test_raw_frames.py sends bytes that are not UTF-8.)"""


def _objects(value: object) -> list[Json]:
    """Returns every object in a frame, the frame itself first."""
    if isinstance(value, dict):
        return [value, *(inner for item in value.values() for inner in _objects(item))]
    return [inner for item in value for inner in _objects(item)] if isinstance(value, list) else []


def _written(frame: Json, *, escaped: bool) -> str:
    """Returns the frame as JSON. A lone surrogate can only be written escaped."""
    text = json.dumps(frame, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(frame)
    return json.dumps(frame) if escaped else text


def _of_schema(schema: Json, user_ids: Sequence[str]) -> st.SearchStrategy[Any]:  # Any: JSON
    """Returns values of a schema, of that part of JSON Schema which the models use."""
    if "$ref" in schema:
        return _of_schema(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], user_ids)
    if "anyOf" in schema:
        return st.one_of([_of_schema(option, user_ids) for option in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _of_type(schema, user_ids)


def _of_type(schema: Json, user_ids: Sequence[str]) -> st.SearchStrategy[Any]:  # Any: JSON
    match schema["type"]:
        case "object":
            properties = {name: _of_schema(inner, user_ids) for name, inner in schema["properties"].items()}
            required = {name: properties.pop(name) for name in schema["required"]}
            return st.fixed_dictionaries(required, optional=properties)
        case "array":
            items = _of_schema(schema["items"], user_ids)
            return st.lists(items, min_size=schema.get("minItems", 0), max_size=min(schema.get("maxItems", 5), 5))
        case "integer":
            least, most = schema.get("minimum"), schema.get("maximum")
            return st.integers(least, most) | st.integers(least, (least or 0) + 3)
        case "string":
            return _of_text(schema, user_ids)
    return {"null": st.none(), "boolean": st.booleans()}[schema["type"]]


def _of_text(schema: Json, user_ids: Sequence[str]) -> st.SearchStrategy[str]:
    pattern, most = schema.get("pattern"), schema.get("maxLength", 100)
    if pattern is None:
        return st.text(min_size=schema.get("minLength", 0), max_size=min(most, 100))
    made_up = st.from_regex(re.compile(pattern.removesuffix("$") + r"\Z")).filter(lambda text: len(text) <= most)
    known = [user_id for user_id in user_ids if re.fullmatch(pattern, user_id)]
    return st.sampled_from(known) | st.sampled_from(known) | made_up if known else made_up
