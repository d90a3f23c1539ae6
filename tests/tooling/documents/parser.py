"""AsyncAPI's own parser from npm, which is installed into .local/ at its first use."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

from infra.local.files import locked
from infra.local.state import CHECKOUT

_SOURCE = Path(__file__).parent / "asyncapi_parser"
_INSTALLED = CHECKOUT / ".local" / "asyncapi-parser"
ERROR, WARNING = 0, 1

NPM = shutil.which("npm")


class Diagnostic(TypedDict):
    """`severity` is ERROR, WARNING, or greater for mere information; `path` is the place in the document."""

    severity: int
    path: str
    message: str


def diagnostics(document: Path) -> list[Diagnostic]:
    """Returns the parser's diagnostics of a document. Raises CalledProcessError where it cannot be installed or run."""
    _install()
    run = subprocess.run(
        ["node", "parse.js", document.resolve()], cwd=_INSTALLED, capture_output=True, text=True, check=True, timeout=60
    )
    found: list[Diagnostic] = json.loads(run.stdout)
    return found


def _install() -> None:
    """Installs the parser unless the versions of the lock file are installed."""
    with locked(_INSTALLED.with_suffix(".lock")):
        stamp = _INSTALLED / "installed"
        lock = (_SOURCE / "package-lock.json").read_text()
        if not stamp.exists() or stamp.read_text() != lock:
            shutil.copytree(_SOURCE, _INSTALLED, dirs_exist_ok=True)
            command = [str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=_INSTALLED, capture_output=True, check=True, timeout=300)
            stamp.write_text(lock)
        shutil.copy(_SOURCE / "parse.js", _INSTALLED)
