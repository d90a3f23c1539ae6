"""Finds every wrong field of an input, and says what is wrong in words that people use.

A decoder stops at the first one, and speaks of types. This runs only where it has.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

MAX_QUOTED = 100
"""How many characters of the client's own text a response quotes, as the whole text could be too large for one."""

MAX_FIELDS = 20
"""How many fields a response names."""

WRONG_FORM = "it does not have the form of this field"
NO_SUCH_FIELD = "there is no such field"
REQUIRED = "it is required"

_PATH = re.compile(r"(?P<reason>.*) - at `\$\.?(?P<path>[^`]*)`", re.DOTALL)
_MISSING_OR_UNKNOWN = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)
_FROM_POST_INIT = re.compile(r"`(?P<name>\w+)` (?P<reason>.*)", re.DOTALL)
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number with a decimal point",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_UNITS = {"str": "characters", "array": "entries"}
_TYPES = re.compile(r"Expected `(?P<wanted>[\w| ]+)`, got `(?P<given>\w+)`")
_LENGTH = re.compile(r"Expected `(?P<kind>str|array)` of length (?P<bound>>=|<=) (?P<limit>\d+)")
_RANGE = re.compile(r"Expected `int` (?P<bound>>=|<=) (?P<limit>-?\d+)")
_BOUNDS = {">=": "at least", "<=": "at most"}


def wrong_fields(value: object, type_: object, *, strict: bool) -> dict[str, str]:
    """Return {field: reason} of what is wrong with `value`; {} where no single field is, or `type_` is no struct.

    `type_` is a struct, or a union of structs that a tag tells apart. Without `strict`, text counts as a number.
    """
    if not isinstance(value, dict):
        return {}
    models = [
        model for model in get_args(type_) or (type_,) if isinstance(model, type) and issubclass(model, msgspec.Struct)
    ]
    if len(models) > 1:
        return _of_tagged(value, models, strict=strict)
    return dict(_first(_of_struct(value, models[0], strict=strict))) if models else {}


def path_and_words(message: str) -> tuple[str, str]:
    """Split a message of msgspec, "<reason> - at `$.path`", into the path of the field and the reason in words.

    The path is empty where the message is about the whole value. The reason that a `__post_init__` gives begins with
    the name of the field in backticks.
    """
    match = _PATH.fullmatch(message)
    reason, path = (match["reason"], match["path"]) if match else (message, "")
    field = _MISSING_OR_UNKNOWN.fullmatch(reason) or _FROM_POST_INIT.fullmatch(reason)
    names = [path, field["name"][:MAX_QUOTED] if field else ""]
    return ".".join(name for name in names if name), _in_words(reason)


def _in_words(reason: str) -> str:
    for pattern, words in _REASONS:
        if match := pattern.fullmatch(reason):
            return words(match)
    return (reason[0].lower() + reason[1:MAX_QUOTED]).replace("`", "")


def _of_types(match: re.Match[str]) -> str:
    wanted = " or ".join(_WORDS.get(name, name) for name in match["wanted"].split(" | "))
    return f"it must be {wanted}, not {_WORDS.get(match['given'], match['given'])}"


def _of_length(match: re.Match[str]) -> str:
    if (match["bound"], match["limit"]) == (">=", "1"):
        return "it must not be empty"
    return f"it must have {_BOUNDS[match['bound']]} {match['limit']} {_UNITS[match['kind']]}"


def _of_range(match: re.Match[str]) -> str:
    return f"it must be {_BOUNDS[match['bound']]} {match['limit']}"


def _of_a_name(match: re.Match[str]) -> str:
    return REQUIRED if match["what"] == "missing required" else NO_SUCH_FIELD


def _of_post_init(match: re.Match[str]) -> str:
    return f"it {match['reason'][:MAX_QUOTED]}".replace("`", "")


_REASONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_TYPES, _of_types),
    (_LENGTH, _of_length),
    (_RANGE, _of_range),
    (_MISSING_OR_UNKNOWN, _of_a_name),
    (re.compile("Expected `str` matching regex.*", re.DOTALL), lambda _match: WRONG_FORM),
    (_FROM_POST_INIT, _of_post_init),
)


def _of_tagged(value: Mapping[str, object], models: list[type[msgspec.Struct]], *, strict: bool) -> dict[str, str]:
    tags = {model.__struct_config__.tag: model for model in models}
    field = str(models[0].__struct_config__.tag_field)
    tag = value.get(field)
    if isinstance(tag, str) and tag in tags:
        return dict(_first(_of_struct(value, tags[tag], strict=strict)))
    known = f"it must be one of {', '.join(sorted(map(str, tags)))}"
    return {field: known if field in value else f"{REQUIRED}: {known}"}


def _of_struct(value: Mapping[str, object], model: type[msgspec.Struct], *, strict: bool) -> Iterator[tuple[str, str]]:
    known = {field.encode_name: field for field in msgspec.structs.fields(model)}
    for name, field in known.items():
        if name not in value:
            if field.required:
                yield name, REQUIRED
            continue
        try:
            msgspec.convert(value[name], field.type, strict=strict)
        except msgspec.ValidationError as error:
            yield _named(name, str(error), field.type)
    tag = model.__struct_config__.tag_field
    yield from ((name[:MAX_QUOTED], NO_SUCH_FIELD) for name in value if name not in known and name != tag)


def _named(name: str, message: str, type_: object) -> tuple[str, str]:
    path, words = path_and_words(message)
    if path:
        return name + (path if path.startswith("[") else f".{path}"), words
    if choices := _choices(type_):
        return name, f"it must be one of {', '.join(choices)}"
    if words == WRONG_FORM and (example := _example(type_)):
        return name, f"{WRONG_FORM}, such as {example}"
    return name, words


def _choices(type_: object) -> list[str]:
    return [str(word) for option in _options(type_) if get_origin(option) is Literal for word in get_args(option)]


def _example(type_: object) -> str | None:
    """The example of a field that is text."""
    for option in _options(type_):
        for meta in getattr(option, "__metadata__", ()):
            if isinstance(meta, msgspec.Meta) and meta.pattern and meta.examples:
                return str(meta.examples[0])[:MAX_QUOTED]
    return None


def _options(type_: object) -> tuple[Any, ...]:  # Any: types, of which there is no type
    return get_args(type_) if get_origin(type_) in {Union, UnionType} else (type_,)


def _first(found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for _, named in zip(range(MAX_FIELDS), found, strict=False):
        yield named
