"""The next version that the rehearsal deploys: its changes fit the present source, and old and new fit together."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.state import CHECKOUT
from infra.rehearsal.next_version import next_version

OLD_DOCUMENT: dict[str, object] = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "about": None,
    "skills": [],
    "photoUrl": None,
    "age": None,
    "gender": None,
    "emailId": "ada@example.org",
    "blocked": [],
    "sessionEpoch": 0,
}
"""A user as the present version stores one, without what `User` does not take."""

CACHE = """
import json, sys, msgspec
from chalicelib.stores.users import User, user_of
document = json.loads(sys.argv[1])
print(msgspec.json.encode(user_of({**document, "_id": "697df8b1e1b5a40007c4d2e8"})).decode())
"""
READ = """
import sys, msgspec
from chalicelib.stores.users import User
print(msgspec.json.decode(sys.argv[1], type=User).about)
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("next")
    return next_version(directory / "source", directory / "package").source


def run(source: Path, program: str, argument: str) -> subprocess.CompletedProcess[str]:
    """Run a program with the modules of a version of the source."""
    command = [sys.executable, "-c", program, argument]
    return subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)


def test_the_changes_are_made_in_a_copy(source: Path) -> None:
    assert "headline" in (source / "chalicelib" / "models" / "profile.py").read_text()
    assert "HEADLINE_CHARACTERS" in (source / "infra" / "cloudformation" / "app" / "functions.yml").read_text()
    assert "headline" not in (CHECKOUT / "chalicelib" / "models" / "profile.py").read_text()


def test_the_next_version_reads_a_document_of_the_present_one(source: Path) -> None:
    copied = json.loads(run(source, CACHE, json.dumps(OLD_DOCUMENT)).stdout)
    assert copied["headline"] is None


def test_the_next_version_passes_over_a_cached_copy_of_the_present_one(source: Path) -> None:
    old_copy = run(CHECKOUT, CACHE, json.dumps(OLD_DOCUMENT)).stdout
    read = run(source, READ, old_copy)
    assert "msgspec.ValidationError: Object missing required field `headline`" in read.stderr


def test_the_present_version_takes_a_cached_copy_of_the_next_one(source: Path) -> None:
    new_copy = run(source, CACHE, json.dumps({**OLD_DOCUMENT, "about": "Engines", "headline": "Compilers"})).stdout
    assert json.loads(new_copy)["headline"] == "Compilers"
    assert run(CHECKOUT, READ, new_copy).stdout == "Engines\n"


def test_the_functions_of_the_next_version_can_be_imported(source: Path) -> None:
    assert run(source, "import app; print(len(app.app.routes))", "").stdout.strip().isdecimal()
