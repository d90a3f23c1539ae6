"""The documents as files: the same bytes for the same code."""

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import app  # noqa: F401 - importing it registers the routes
from chalicelib.handlers.http import ENDPOINTS
from infra.documents.asyncapi import asyncapi
from infra.documents.components import Json
from infra.documents.openapi import openapi
from infra.local.state import CHECKOUT

DIRECTORY = Path(__file__).parent
OPENAPI = "openapi.json"
ASYNCAPI = "asyncapi.json"


def made() -> Mapping[str, Json]:
    """The documents of the code as it is, by the name of their file."""
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    return {OPENAPI: openapi(ENDPOINTS, version), ASYNCAPI: asyncapi(version)}


def write(name: str, document: Json) -> None:
    (DIRECTORY / name).write_text(_rendered(document))


def differences(name: str, document: Json) -> Iterator[str]:
    """The lines of a unified diff from the file to what it should be; none where it is up to date."""
    path = DIRECTORY / name
    there = path.read_text() if path.exists() else ""
    should = _rendered(document)
    if there != should:
        names = f"{name} (the file)", f"{name} (the code)"
        yield from difflib.unified_diff(there.splitlines(), should.splitlines(), *names, n=1, lineterm="")


def _rendered(document: Json) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
