"""The TypeScript client as a package: its own checks, and what would be published."""

import json

import pytest

from tests.support.typescript.build import PACKAGE, built, npm


@pytest.fixture(autouse=True)
def installed() -> None:
    """Skipped where there is no Node."""
    built()


def test_style_types_and_unit_tests_are_good() -> None:
    npm("run", "lint")
    npm("test")


def test_what_would_be_published_is_the_compiled_client_and_no_more() -> None:
    npm("run", "build")
    [packed] = json.loads(npm("pack", "--dry-run", "--json", "--silent", "--ignore-scripts"))
    paths = {file["path"] for file in packed["files"]}
    sources = {path.relative_to(PACKAGE / "src").with_suffix("") for path in (PACKAGE / "src").rglob("*.ts")}
    compiled = {f"dist/{source}{suffix}" for source in sources for suffix in (".js", ".d.ts")}
    assert paths == compiled | {"LICENSE", "README.md", "package.json"}
