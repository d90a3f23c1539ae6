"""The document and the reference that the gateway serves beside the app."""

import json
from pathlib import Path

import httpx

from infra.documents.files import DIRECTORY, OPENAPI
from tests.tooling.gateway.running import PROBE, Running, running


def test_the_document_and_the_reference_are_served(tmp_path: Path) -> None:
    with running(PROBE, tmp_path, "--no-reload", "--openapi", str(DIRECTORY / OPENAPI)) as gateway:
        document = httpx.get(f"{gateway.rest_url}/api/openapi.json")
        assert document.json() == json.loads((DIRECTORY / OPENAPI).read_text())
        reference = httpx.get(f"{gateway.rest_url}/api/reference")
        assert reference.headers["content-type"] == "text/html; charset=utf-8"
        assert "<code>POST /api/login</code>" in reference.text
        assert httpx.post(f"{gateway.rest_url}/api/reference").status_code == 404


def test_without_a_document_there_are_no_such_routes(gateway: Running) -> None:
    assert httpx.get(f"{gateway.rest_url}/api/openapi.json").status_code == 404
