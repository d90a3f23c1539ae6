"""The schemas of models, as `msgspec` knows them, collected for one document."""

from typing import Any

import msgspec

Json = dict[str, Any]  # Any: JSON
"""An object of a document, in the order in which it is written."""

SCHEMAS = "#/components/schemas/"


class Components:
    """The schemas of all models that a document names, by name."""

    def __init__(self) -> None:
        self._schemas: dict[str, Json] = {}

    def of(self, model: object) -> Json:
        """The schema of a type: of a struct a reference, of anything else the schema itself.

        Raises ValueError where another struct has the same name.
        """
        [schema], found = msgspec.json.schema_components((model,), schema_hook=_any, ref_template=SCHEMAS + "{name}")
        for name, component in _in_ecma(found).items():
            if self._schemas.setdefault(name, component) != component:
                raise ValueError(f"two models have the name {name}")
        reference: Json = _in_ecma(schema)
        return reference

    def named(self, model: type) -> Json:
        """The schema itself of a struct that `of` has been asked for."""
        return self._schemas[model.__name__]

    def sorted(self) -> dict[str, Json]:
        """Every schema, by name."""
        return dict(sorted(self._schemas.items()))


def _any(annotation: type) -> Json:
    """Of `object`. Raises NotImplementedError, as msgspec expects, for what it does not know."""
    if annotation is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError


def _in_ecma(schema: Any) -> Any:  # Any: JSON
    """With each pattern in the dialect of JSON Schema, ECMA-262, where $ is the end and nothing else."""
    if isinstance(schema, list):
        return [_in_ecma(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: value.replace(r"\Z", "$") if name == "pattern" and isinstance(value, str) else _in_ecma(value)
        for name, value in schema.items()
    }
