"""The schemas of the AsyncAPI documents, against which events and frames are validated. Unknown fields are refused."""

import functools
import json
from typing import Any

import jsonschema_rs

from infra.documents.files import ASYNCAPI, ASYNCAPI_KAFKA, DIRECTORY
from infra.documents.websocket import GATEWAY_FAILURE

Json = dict[str, Any]  # Any: JSON


@functools.cache
def document(name: str = ASYNCAPI) -> Json:
    """Returns a document as it is in its file."""
    loaded: Json = json.loads((DIRECTORY / name).read_text())
    return loaded


def faults(message: str, payload: object) -> list[str]:
    """Returns what is wrong with `payload` as a message of that name in its document; [] where it conforms."""
    return [f"{error.instance_path}: {error.message}" for error in _validator(message).iter_errors(payload)]


def name_of(tag: str, *, of: str) -> str | None:
    """Returns the name of the message of an action (`of` "receive") or of an event (`of` "send"), or None."""
    operation = document()["operations"].get(f"{of}-{tag.replace(':', '-')}")
    return _last(operation["messages"][0]) if operation else None


def replies_to(action: str) -> list[str]:
    """Returns the names of the messages that answer an action, except errors and failures."""
    reply = document()["operations"][f"receive-{action.replace(':', '-')}"]["reply"]
    return [name for name in map(_last, reply["messages"]) if name not in {"ErrorEvent", GATEWAY_FAILURE}]


@functools.cache
def _validator(message: str) -> jsonschema_rs.Validator:
    components = next(
        components
        for components in (document(name)["components"] for name in (ASYNCAPI, ASYNCAPI_KAFKA))
        if message in components["messages"]
    )
    root = {"components": _closed(components), "$ref": f"#/components/messages/{message}/payload"}
    return jsonschema_rs.validator_for(root)


def _closed(components: Json) -> Json:
    schemas = {name: {"additionalProperties": False} | schema for name, schema in components["schemas"].items()}
    return components | {"schemas": schemas}


def _last(reference: Json) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
