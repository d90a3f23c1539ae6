"""Collects the JSON schemas of models, as `msgspec` generates them, for one document."""

from typing import Any

import msgspec

Json = dict[str, Any]  # Any: JSON
"""A JSON object of a document; its keys are written in their order."""

SCHEMAS = "#/components/schemas/"


class Components:
    """The schemas of all models that a document refers to, by name."""

    def __init__(self) -> None:
        self._schemas: dict[str, Json] = {}

    def of(self, model: object) -> Json:
        """Returns a reference to the schema if the type is a struct, otherwise the schema itself.

        Raises ValueError if another struct has the same name.
        """
        [schema], found = msgspec.json.schema_components((model,), schema_hook=_any, ref_template=SCHEMAS + "{name}")
        for name, component in _rendered(found).items():
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
    return {name: _WRITTEN.get(name, _rendered)(value) for name, value in schema.items()}


def _pattern(value: Any) -> Any:  # Any: as above
    """Returns a pattern in the dialect of ECMA-262, in which $ matches only at the end."""
    return value.replace(r"\Z", "$") if isinstance(value, str) else _rendered(value)


def _description(value: Any) -> Any:  # Any: as above
    """Returns a description on one line, as a docstring has line breaks and indentation."""
    return " ".join(value.split()) if isinstance(value, str) else _rendered(value)


_WRITTEN = {"pattern": _pattern, "description": _description}
