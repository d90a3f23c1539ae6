"""Redocly's and Spectral's linters of OpenAPI documents."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.tooling.documents.npm_tools import installed

_SOURCE = Path(__file__).parent / "openapi_linters"
Json = dict[str, Any]  # Any: JSON
Linter = Callable[[Path], list[str]]
"""Returns what is wrong with the document of a path, one line for each rule that it breaks somewhere."""

OLDEST_NODE = (20, 19)
"""Redocly's needs it."""


def _redocly(document: Path) -> list[str]:
    found = _run("@redocly/cli/bin/cli.js", "lint", document, "--config", "redocly.yaml", "--format", "json")
    return [f"{each['ruleId']}: {each['location'][0].get('pointer', '')}" for each in found["problems"]]


def _spectral(document: Path) -> list[str]:
    program = "@stoplight/spectral-cli/dist/index.js"
    found = _run(program, "lint", document, "--ruleset", "spectral.yaml", "--format", "json", "--quiet")
    return [f"{each['code']}: {'/'.join(map(str, each['path']))}" for each in found]


LINTERS: Mapping[str, Linter] = {"redocly": _redocly, "spectral": _spectral}


def _run(program: str, *arguments: str | Path) -> Any:  # Any: JSON
    """Runs a linter, which ends with 1 where it has found something."""
    directory = installed(_SOURCE, "openapi-linters")
    command = ["node", directory / "node_modules" / program, *arguments]
    environment = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    ended = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode in {0, 1}, ended.stderr
    return json.loads(ended.stdout)


def without_wide_patterns(value: Any) -> Any:  # Any: JSON
    """Returns the document without the patterns that have characters beyond U+FFFF.

    Spectral reads patterns without the flag `u`, which JSON Schema asks for (2020-12, section 6.4), so it cannot read
    these. test_described.py gives them to the engines of other languages.
    """
    if isinstance(value, dict):
        return {name: without_wide_patterns(each) for name, each in value.items() if not _is_wide(name, each)}
    return [without_wide_patterns(each) for each in value] if isinstance(value, list) else value


def _is_wide(name: str, value: object) -> bool:
    return name == "pattern" and isinstance(value, str) and max(value) > "\uffff"
