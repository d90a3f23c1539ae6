"""Clients that generators make of openapi.json log in, send and read."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.documents.files import DIRECTORY, OPENAPI
from infra.local.files import locked
from infra.local.state import CHECKOUT
from tests.e2e.clients import PASSWORD, Person
from tests.support.made_once import made_once

PROGRAMS = Path(__file__).parent / "generated"
DOCUMENT = str(DIRECTORY / OPENAPI)
NPM = shutil.which("npm")
INSTALLED = CHECKOUT / ".local" / "generated-typescript"
GENERATOR = "org.openapitools:openapi-generator-cli:7.17.0"
JARS = CHECKOUT / ".local" / "openapi-generator"
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A program that runs for seconds gains nothing from the slower of the JVM's two compilers."""

GO_NEEDS = ("go", "java", "mvn")


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    ended = subprocess.run(
        command, cwd=cwd, env=os.environ | variables, capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def test_the_python_client_of_openapi_python_client(ada: Person, bob: Person, tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("post_hooks: []\n")
    generator = Path(sys.executable).with_name("openapi-python-client")
    made = tmp_path / "devconnect_generated"
    output = run(
        generator, "generate", "--path", DOCUMENT, "--config", "config.yml", "--meta", "none", "--output-path", made,
        cwd=tmp_path,
    )  # fmt: skip
    assert "warning" not in output.lower()
    assert len(list((made / "models").glob("*.py"))) < 120, "an error is one class, and not one for each operation"
    arguments = (str(ada.http.base_url), bob.user_id, ada.email_id, PASSWORD)
    run(sys.executable, PROGRAMS / "python_client.py", *arguments, cwd=tmp_path, PYTHONPATH=str(tmp_path))


@pytest.mark.skipif(NPM is None, reason="needs npm, for openapi-typescript: install Node.js")
def test_the_typescript_client_of_openapi_typescript(ada: Person, bob: Person) -> None:
    source = PROGRAMS / "typescript"
    with made_once(INSTALLED, (source / "package-lock.json").read_text()) as is_stale:
        shutil.copytree(source, INSTALLED, dirs_exist_ok=True)
        if is_stale:
            run(str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=INSTALLED)
        run("node", "node_modules/openapi-typescript/bin/cli.js", DOCUMENT, "--output", "schema.ts", cwd=INSTALLED)
        run("node", "node_modules/typescript-7/bin/tsc", cwd=INSTALLED)
        arguments = (str(ada.http.base_url), bob.user_id, ada.email_id, PASSWORD)
        run("node", "client.js", *arguments, cwd=INSTALLED)


@pytest.mark.skipif(
    not all(map(shutil.which, GO_NEEDS)), reason="needs Go, and Java and Maven for openapi-generator: install them"
)
def test_the_go_client_of_openapi_generator(ada: Person, bob: Person, tmp_path: Path) -> None:
    with locked(JARS.with_suffix(".lock")):
        if not (jars := list(JARS.glob("*.jar"))):
            copy = (f"-Dartifact={GENERATOR}", f"-DoutputDirectory={JARS}")
            run("mvn", "--batch-mode", "dependency:copy", *copy, cwd=CHECKOUT)
            jars = list(JARS.glob("*.jar"))
    made = tmp_path / "generated"
    run(
        *(*JAVA, "-jar", jars[0], "generate", "-i", DOCUMENT, "-g", "go", "-o", made),
        *("--git-user-id", "devconnect", "--git-repo-id", "generated"),
        *("--global-property", "apis,models,supportingFiles,apiTests=false,modelTests=false"),
        cwd=tmp_path,
    )
    (made / "uses").mkdir()
    shutil.copy(PROGRAMS / "go_client.go", made / "uses" / "main.go")
    arguments = (str(ada.http.base_url), bob.user_id, ada.email_id, PASSWORD)
    # Without its path, the generated package is found in Go's cache, as it was compiled in another directory before.
    run("go", "run", "-trimpath", "./uses", *arguments, cwd=made, GOFLAGS="-mod=mod", CGO_ENABLED="0")
