"""The documents as files: the same code always gives the same bytes."""

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import app  # noqa: F401 - importing it registers the routes
from chalicelib.handlers.http import ENDPOINTS
from chalicelib.models.protocol import PROTOCOL_VERSION
from infra.documents.asyncapi import of_kafka, of_websockets
from infra.documents.collection import collection
from infra.documents.components import Json
from infra.documents.openapi import openapi
from infra.local.state import CHECKOUT

DIRECTORY = Path(__file__).parent
OPENAPI = "openapi.json"
COLLECTION = "postman-collection.json"
ASYNCAPI = "asyncapi.json"
ASYNCAPI_KAFKA = "asyncapi-kafka.json"


def made() -> Mapping[str, Json]:
    """Returns the documents of the current code, by file name. Those for clients have the version of the protocol."""
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    rest = openapi(ENDPOINTS, PROTOCOL_VERSION)
    return {
        OPENAPI: rest,
        COLLECTION: collection(rest),
        ASYNCAPI: of_websockets(PROTOCOL_VERSION),
        ASYNCAPI_KAFKA: of_kafka(version),
    }


def write(name: str, document: Json) -> None:
    (DIRECTORY / name).write_text(_rendered(document))


def differences(name: str, document: Json) -> Iterator[str]:
    """Yields the lines of a unified diff from the file to the document; none if the file is up to date."""
    path = DIRECTORY / name
    current = path.read_text() if path.exists() else ""
    expected = _rendered(document)
    if current != expected:
        names = f"{name} (the file)", f"{name} (the code)"
        yield from difflib.unified_diff(current.splitlines(), expected.splitlines(), *names, n=1, lineterm="")


def _rendered(document: Json) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
