"""Renders the OpenAPI document as one page of HTML, without scripts and without anything from elsewhere."""

import json
from collections.abc import Iterator
from html import escape

from infra.documents.components import Json

_STYLE = """body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
code { font-size: 0.9em; } h3 { border-top: 1px solid #ccc; padding-top: 1em; }
table { border-collapse: collapse; } td { border: 1px solid #ccc; padding: 0.2em 0.6em; vertical-align: top; }"""


def rendered(document: Json) -> str:
    """Returns the page: the operations by tag, and the schemas that they refer to."""
    title = escape(f"{document['info']['title']} {document['info']['version']}")
    parts = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>",
        f"<p>{escape(document['info']['description'])}</p>",
        '<p>The same as a document for tools: <a href="openapi.json">openapi.json</a>.</p>',
    ]
    for tag in document["tags"]:
        parts.append(f"<h2>{escape(tag['name'])}</h2>")
        parts += _operations(document, tag["name"])
    parts.append("<h2>Schemas</h2>")
    parts += (_schema(name, schema) for name, schema in document["components"]["schemas"].items())
    return "\n".join([*parts, "</body></html>"])


def _operations(document: Json, tag: str) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield _operation(f"{method.upper()} {path}", operation, document["components"]["responses"])


def _operation(heading: str, operation: Json, shared: Json) -> str:
    parts = [f'<h3 id="{escape(operation["operationId"])}"><code>{escape(heading)}</code></h3>']
    parts += [f"<p>{escape(operation[name])}</p>" for name in ("summary", "description") if name in operation]
    if operation["security"]:
        parts.append("<p>For signed-in users.</p>")
    parameters = operation.get("parameters", [])
    parts.append(_table((_name(each["name"], each["required"]), _type(each["schema"])) for each in parameters))
    if "requestBody" in operation:
        parts.append(f"<p>Body: {_content(operation['requestBody'])}</p>")
    responses = {
        status: shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
        for status, response in operation["responses"].items()
    }
    parts.append(
        _table((status, f"{escape(each['description'])} {_content(each)}") for status, each in responses.items())
    )
    return "\n".join(parts)


def _content(described: Json) -> str:
    return ", ".join(_type(media["schema"]) for media in described.get("content", {}).values())


def _schema(name: str, schema: Json) -> str:
    required = schema.get("required", [])
    rows = ((_name(field, field in required), _type(inner)) for field, inner in schema.get("properties", {}).items())
    described = escape(schema.get("description", ""))
    return f'<h3 id="{escape(name)}"><code>{escape(name)}</code></h3><p>{described}</p>{_table(rows)}'


def _type(schema: Json) -> str:
    """Returns what a value may be, in few words."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_type(option) for option in schema[several])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    limits = [f"{name} {schema[name]}" for name in _LIMITS if name in schema]
    if "enum" in schema:
        limits = [", ".join(map(str, schema["enum"]))]
    if "const" in schema:
        limits = [json.dumps(schema["const"])]
    words = [str(schema.get("type", "any value")), *(["(" + "; ".join(limits) + ")"] if limits else [])]
    return escape(" ".join([*words, schema.get("description", "")])).strip()


_LIMITS = ("format", "minLength", "maxLength", "minimum", "maximum", "default")


def _name(name: str, required: bool) -> str:
    return f"<code>{escape(name)}</code>{'' if required else ' (optional)'}"


def _table(rows: Iterator[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td>{first}</td><td>{second}</td></tr>" for first, second in rows)
    return f"<table>{cells}</table>" if cells else ""
