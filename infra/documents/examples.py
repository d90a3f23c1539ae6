"""Whole examples of bodies, made of the examples of their fields."""

from collections.abc import Mapping

from infra.documents.components import Json

_OF_TYPES: Mapping[str, object] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True}
_OF_FORMATS: Mapping[str, object] = {"date": "2026-01-31", "date-time": "2026-01-31T12:00:00.000Z"}


def example(schema: Json, schemas: Mapping[str, Json]) -> object:
    """Returns a value that conforms to `schema`, whose references lead to `schemas`, with every field."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for several in ("examples", "enum"):
        if several in schema:
            first: object = schema[several][0]
            return first
    if "anyOf" in schema:
        return example(next(option for option in schema["anyOf"] if option != {"type": "null"}), schemas)
    return _of_type(schema, schemas)


def _of_type(schema: Json, schemas: Mapping[str, Json]) -> object:
    if "default" in schema:
        return schema["default"]
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {name: example(inner, schemas) for name, inner in schema["properties"].items()}
        case "object":
            return {"name": example(schema.get("additionalProperties", {}), schemas)}
        case "array":
            return [example(schema["items"], schemas)]
    return _OF_FORMATS.get(schema.get("format", "")) or _OF_TYPES.get(str(schema.get("type")), "text")
