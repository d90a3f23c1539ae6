"""Makes a collection of all calls from the OpenAPI document, in Postman's format 2.1, which Bruno imports too."""

import json
from collections.abc import Iterator

from infra.documents.components import Json
from infra.documents.examples import example

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_DESCRIPTION = """Made from openapi.json. Set `baseUrl`, and send postLogin first: it keeps the token, which the calls \
for signed-in users send."""
_AFTER_LOGIN = 'pm.collectionVariables.set("token", pm.response.json().token);'
_LOGIN = "postLogin"


def collection(openapi: Json) -> Json:
    """Returns the collection: a folder for each tag, and in it a request for each operation."""
    return {
        "info": {
            "name": f"{openapi['info']['title']} {openapi['info']['version']}",
            "description": _DESCRIPTION,
            "schema": _SCHEMA,
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [{"key": "baseUrl", "value": _address(openapi["servers"][0])}, {"key": "token", "value": ""}],
        "item": [{**tag, "item": list(_of_tag(openapi, tag["name"]))} for tag in openapi["tags"]],
    }


def _of_tag(openapi: Json, tag: str) -> Iterator[Json]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield _item(path, method, operation)


def _item(path: str, method: str, operation: Json) -> Json:
    request: Json = {"method": method.upper(), "description": operation["summary"], "url": _url(path, operation)}
    if not operation["security"]:
        request["auth"] = {"type": "noauth"}
    if "requestBody" in operation:
        [(kind, content)] = operation["requestBody"]["content"].items()
        request["header"] = [{"key": "Content-Type", "value": kind}]
        request["body"] = {"mode": "raw", "raw": json.dumps(content["example"], indent=2, ensure_ascii=False)}
    item: Json = {"name": operation["operationId"], "request": request}
    if operation["operationId"] == _LOGIN:
        item["event"] = [{"listen": "test", "script": {"type": "text/javascript", "exec": [_AFTER_LOGIN]}}]
    return item


def _url(path: str, operation: Json) -> Json:
    """Parameters of the query that need not be there are listed, and switched off."""
    parameters = operation.get("parameters", [])
    url: Json = {"raw": "{{baseUrl}}" + path.replace("{", ":").replace("}", ""), "host": ["{{baseUrl}}"]}
    url["path"] = [part.replace("{", ":").replace("}", "") for part in path.strip("/").split("/")]
    query = [
        {"key": each["name"], "value": _value(each), "disabled": not each["required"]}
        for each in parameters
        if each["in"] == "query"
    ]
    variables = [{"key": each["name"], "value": _value(each)} for each in parameters if each["in"] == "path"]
    return url | ({"query": query} if query else {}) | ({"variable": variables} if variables else {})


def _value(parameter: Json) -> str:
    value = example(parameter["schema"], {})
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _address(server: Json) -> str:
    defaults = {name: variable["default"] for name, variable in server["variables"].items()}
    return str(server["url"]).format(**defaults)
