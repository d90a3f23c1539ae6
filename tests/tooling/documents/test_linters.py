"""openapi.json is clean for the linters that those who make clients use: Redocly's and Spectral's."""

import json
from pathlib import Path

import pytest

from infra.documents.files import DIRECTORY, OPENAPI
from tests.support.typescript.build import node_version
from tests.tooling.documents.linters import LINTERS, OLDEST_NODE, Json, without_wide_patterns
from tests.tooling.documents.npm_tools import NPM

pytestmark = pytest.mark.skipif(
    NPM is None or node_version() < OLDEST_NODE,
    reason="needs Node.js 20.19 or newer with npm, for the linters of OpenAPI",
)


@pytest.fixture
def document() -> Json:
    loaded: Json = without_wide_patterns(json.loads((DIRECTORY / OPENAPI).read_text()))
    return loaded


def linted(linter: str, document: Json, directory: Path) -> list[str]:
    path = directory / OPENAPI
    path.write_text(json.dumps(document))
    return LINTERS[linter](path)


@pytest.mark.parametrize("linter", sorted(LINTERS))
def test_openapi_json_is_clean(linter: str, document: Json, tmp_path: Path) -> None:
    assert linted(linter, document, tmp_path) == []


@pytest.mark.parametrize(
    ("linter", "rule"), [("redocly", "operation-operationId"), ("spectral", "operation-operationId")]
)
def test_a_linter_finds_what_is_missing(linter: str, rule: str, document: Json, tmp_path: Path) -> None:
    del document["paths"]["/api/health"]["get"]["operationId"]
    assert [found.partition(":")[0] for found in linted(linter, document, tmp_path)] == [rule]
