"""AsyncAPI's own parser from npm, which is installed into .local/ at its first use."""

import json
import subprocess
from pathlib import Path
from typing import TypedDict

from tests.tooling.documents.npm_tools import installed

_SOURCE = Path(__file__).parent / "asyncapi_parser"
ERROR, WARNING = 0, 1


class Diagnostic(TypedDict):
    """`severity` is ERROR, WARNING, or greater for mere information; `path` is the place in the document."""

    severity: int
    path: str
    message: str


def diagnostics(document: Path) -> list[Diagnostic]:
    """Returns the parser's diagnostics of a document. Raises CalledProcessError where it cannot be installed or run."""
    directory = installed(_SOURCE, "asyncapi-parser")
    run = subprocess.run(
        ["node", "parse.js", document.resolve()], cwd=directory, capture_output=True, text=True, check=True, timeout=60
    )
    found: list[Diagnostic] = json.loads(run.stdout)
    return found
