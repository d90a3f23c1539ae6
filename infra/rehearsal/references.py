"""Finds the resources that a part of a template refers to."""

from collections.abc import Iterator


def referred(value: object) -> Iterator[str]:
    """Yields the logical ids in Ref, Fn::GetAtt and Fn::Sub, parameters included. DependsOn only sets an order."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": substitution}:
            yield from _substituted(substitution)
        case dict():
            for key, item in value.items():
                if key != "DependsOn":
                    yield from referred(item)
        case list():
            for item in value:
                yield from referred(item)


def _substituted(substitution: object) -> Iterator[str]:
    """Yields the names in the argument of Fn::Sub, which is a text, or a pair of a text and its own variables."""
    text, own = substitution if isinstance(substitution, list) else (substitution, {})
    # ${Name} and ${Name.Attribute}; ${!Name} is literal text, and no resource is named "!Name"
    names = (part.partition("}")[0].partition(".")[0] for part in str(text).split("${")[1:])
    yield from (name for name in names if name not in own)
    yield from referred(list(own.values()))
