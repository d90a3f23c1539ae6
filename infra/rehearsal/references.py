"""Which resources a part of a template refers to."""

from collections.abc import Iterator


def referred(value: object) -> Iterator[str]:
    """The logical ids in Ref, Fn::GetAtt and Fn::Sub; also parameters. DependsOn is an order, and no reference."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": said}:
            yield from _substituted(said)
        case dict():
            for key, item in value.items():
                if key != "DependsOn":
                    yield from referred(item)
        case list():
            for item in value:
                yield from referred(item)


def _substituted(said: object) -> Iterator[str]:
    """Of a text, or of a text with names of its own."""
    text, own = said if isinstance(said, list) else (said, {})
    # ${Name} and ${Name.Attribute}; ${!Name} is the text itself, and "!Name" the name of nothing
    names = (part.partition("}")[0].partition(".")[0] for part in str(text).split("${")[1:])
    yield from (name for name in names if name not in own)
    yield from referred(list(own.values()))
