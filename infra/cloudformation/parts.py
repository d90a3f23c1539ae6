"""Joins templates that are written in parts, with one file for each subject."""

from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import yaml

Template = dict[str, Any]  # Any: CloudFormation's own language
PARTS = Path(__file__).parent


class PartsError(Exception):
    """The parts do not fit together; the message names them."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc] # PyYAML has no types
    """Loads YAML with CloudFormation's short forms in their JSON form: `!Ref X` becomes `{"Ref": "X"}`."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[Hashable, object]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {name: loader.construct_mapping(node, deep=True)}
    text = str(node.value)
    return {name: text.split(".", 1) if suffix == "GetAtt" else text}


_Loader.add_multi_constructor("!", _short_form)


def join(name: str) -> Template:
    """Returns the template of all files in the directory `name`, which is `base`, `app` or `page`.

    Raises PartsError if two files set the same key: otherwise the later file would silently win.
    """
    return _joined((path.name, _read(path)) for path in sorted((PARTS / name).glob("*.yml")))


def _read(path: Path) -> Template:
    loader = _Loader(path.read_text())
    try:
        template: Template = loader.get_single_data()
    finally:
        loader.dispose()
    return template


def _joined(parts: Iterable[tuple[str, Template]]) -> Template:
    whole: Template = {}
    for name, part in parts:
        _add(part, whole, name)
    return whole


def _add(part: Template, whole: Template, name: str) -> None:
    for key, value in part.items():
        if isinstance(value, dict) and isinstance(whole.setdefault(key, {}), dict):
            _add(value, whole[key], f"{name}: {key}")
        elif key in whole:
            raise PartsError(f"{name}: {key} is said a second time.")
        else:
            whole[key] = value
