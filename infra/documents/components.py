"""Collects the JSON schemas of models, as `msgspec` generates them, for one document."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.models.frames import PresenceQueryFrame

Json = dict[str, Any]  # Any: JSON
"""A JSON object of a document; its keys are written in their order."""

_GREATEST_OF_32_BITS = 2**31 - 1
SCHEMAS = "#/components/schemas/"


_ALSO: Mapping[str, Json] = {
    PresenceQueryFrame.__name__: {
        "oneOf": [
            {"required": ["userId"], "properties": {"userId": {"type": "string"}, "userIds": {"type": "null"}}},
            {"required": ["userIds"], "properties": {"userIds": {"type": "array"}, "userId": {"type": "null"}}},
        ]
    },
}
"""What a model checks itself, between its fields."""


class Components:
    """The schemas of all models that a document refers to, by name."""

    def __init__(self) -> None:
        self._schemas: dict[str, Json] = {}

    def of(self, model: object) -> Json:
        """Returns a reference to the schema if the type is a struct, otherwise the schema itself.

        Raises ValueError if another struct has the same name.
        """
        [schema], found = msgspec.json.schema_components((model,), schema_hook=_any, ref_template=SCHEMAS + "{name}")
        for name, plain in _rendered(found).items():
            component = plain | _ALSO.get(name, {})
            if self._schemas.setdefault(name, component) != component:
                raise ValueError(f"two models have the name {name}")
        reference: Json = _rendered(schema)
        return reference

    def named(self, model: type) -> Json:
        """Returns the schema itself of a struct that was passed to `of`."""
        return self._schemas[model.__name__]

    def sorted(self) -> dict[str, Json]:
        """Returns every schema, sorted by name."""
        return dict(sorted(self._schemas.items()))


def _any(annotation: type) -> Json:
    """Returns the schema of `object`. Raises NotImplementedError for other types, as msgspec expects."""
    if annotation is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError


def _rendered(schema: Any) -> Any:  # Any: JSON
    """Returns the schema with patterns and docstrings converted from Python's form to that of JSON Schema."""
    if isinstance(schema, list):
        return [_rendered(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(values := schema.get("enum"), list) and "type" not in schema and isinstance(values[0], str):
        schema = {"type": "string", **schema}
    if values == [True]:  # openapi-python-client leaves out whatever has an enum of booleans
        schema = {"type": "boolean", "const": True} | {name: schema[name] for name in schema if name != "enum"}
    if schema.get("type") == "integer" and schema.get("maximum", 0) > _GREATEST_OF_32_BITS:
        schema = schema | {"format": "int64"}  # generators for Go and Java take 32 bits where nothing is said
    # A generator takes a field with a default for one that is always there.
    kept = {name: value for name, value in schema.items() if not (name == "default" and value is None)}
    return {name: _WRITTEN.get(name, _rendered)(value) for name, value in kept.items()}


def _pattern(value: Any) -> Any:  # Any: as above
    """Returns a pattern that ECMA-262, Java and Go (RE2) read alike: $ is the end, and there is no \\u."""
    if not isinstance(value, str):
        return _rendered(value)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value.replace(r"\Z", "$").replace(_BOM, _AROUND_BOM))


_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
_BOM, _AROUND_BOM = r"\ufeff", r"\ufefe-\uff00"
"""Go takes no U+FEFF in its source, where generators write patterns as they are. Its neighbours are not assigned."""


def _description(value: Any) -> Any:  # Any: as above
    """Returns a description on one line, as a docstring has line breaks and indentation."""
    return " ".join(value.split()) if isinstance(value, str) else _rendered(value)


_WRITTEN = {"pattern": _pattern, "description": _description}
