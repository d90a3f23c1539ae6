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
        for name, component in _rendered(found).items():
            if self._schemas.setdefault(name, component) != component:
                raise ValueError(f"two models have the name {name}")
        reference: Json = _rendered(schema)
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


def _rendered(schema: Any) -> Any:  # Any: JSON
    """With what stands in Python's source as it is in JSON Schema."""
    if isinstance(schema, list):
        return [_rendered(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _WRITTEN.get(name, _rendered)(value) for name, value in schema.items()}


def _pattern(value: Any) -> Any:  # Any: as above
    """In the dialect of ECMA-262, where $ is the end and nothing else."""
    return value.replace(r"\Z", "$") if isinstance(value, str) else _rendered(value)


def _description(value: Any) -> Any:  # Any: as above
    """In one line: a docstring is indented."""
    return " ".join(value.split()) if isinstance(value, str) else _rendered(value)


_WRITTEN = {"pattern": _pattern, "description": _description}
