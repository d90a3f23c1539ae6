"""The pages of docs/clients: their programs and commands, as they stand there, on the running system."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from infra.local.running import RunningSystem
from infra.local.state import CHECKOUT
from tests.support.typescript.build import PACKAGE, built, npm

PAGES = CHECKOUT / "docs" / "clients"


class Block(NamedTuple):
    """A fenced block: its language, the name of its file if it has one, and its text."""

    language: str
    file: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    for match in re.finditer(r"^```(\w+) ?(\S*)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL):
        yield Block(*match.groups())


def text_of(page: Path, language: str) -> str:
    return "".join(block.text for block in blocks(page) if block.language == language)


class Runner:
    """Runs the commands of a page in a directory of its own."""

    def __init__(self, system: RunningSystem, directory: Path) -> None:
        self._system = system
        self.directory = directory

    def run(self, page: str) -> None:
        """Writes the page's files, runs its commands, and compares what they print with what the page says."""
        for block in blocks(PAGES / page):
            if block.file:
                (self.directory / block.file).write_text(self._here(block.text))
        printed = self.shell(text_of(PAGES / page, "sh"))
        expected = text_of(PAGES / page, "text")
        assert "…" in expected
        assert re.fullmatch(re.escape(expected).replace("…", ".+"), printed), printed

    def shell(self, script: str) -> str:
        environment = os.environ | {"CGO_ENABLED": "0", "NO_COLOR": "1"}
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self._here(script)],
            cwd=self.directory, env=environment, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def _here(self, text: str) -> str:
        """The text with the addresses of this system, which are not those of `make run`."""
        text = text.replace("http://127.0.0.1:8000", self._system.rest_url)
        return text.replace(".venv/bin/python", sys.executable)


@pytest.fixture(scope="module")
def accounts(system: RunningSystem, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Those of the pages, made as docs/clients/README.md says."""
    runner = Runner(system, tmp_path_factory.mktemp("accounts"))
    [making] = re.findall(r"^\.venv.*$", text_of(PAGES / "README.md", "sh"), re.MULTILINE)
    options = f"--api {system.rest_url} --mail {system.state.mail}"
    made = runner.shell(f"cd {CHECKOUT} && {making} {options}")
    assert re.fullmatch(r"ada [0-9a-f]{24}\nbob [0-9a-f]{24}\n", made)


@pytest.fixture
def runner(accounts: None, system: RunningSystem, tmp_path: Path) -> Runner:  # noqa: ARG001 - they are there
    return Runner(system, tmp_path)


def test_curl(runner: Runner) -> None:
    runner.run("curl.md")


def test_python(runner: Runner) -> None:
    runner.run("python.md")


def test_typescript(runner: Runner) -> None:
    built()
    npm("run", "build")
    modules = runner.directory / "node_modules"
    (modules / "@devconnect").mkdir(parents=True)
    (modules / "@devconnect" / "client").symlink_to(PACKAGE)
    (modules / ".bin").mkdir()
    (modules / ".bin" / "tsc").symlink_to(PACKAGE / "node_modules" / "typescript-7" / "bin" / "tsc")
    for name in ("@types", "undici-types"):
        (modules / name).symlink_to(PACKAGE / "node_modules" / name)
    runner.run("typescript.md")


@pytest.mark.skipif(shutil.which("go") is None, reason="needs Go, for a client without a package: install Go")
def test_go(runner: Runner) -> None:
    runner.run("go.md")


def test_each_page_has_a_test_and_ends_with_what_its_programs_print() -> None:
    pages = {page.stem for page in PAGES.glob("*.md")} - {"README"}
    assert pages == {name.removeprefix("test_") for name in globals() if name.removeprefix("test_") in pages}
    for page in pages:
        languages = [block.language for block in blocks(PAGES / f"{page}.md")]
        assert languages[-1] == "text", page
        assert set(languages) <= {"sh", "console", "text", "python", "ts", "go"}, page
