"""Runs the commands of docs/deploy.md in a shell, with a recorder in the place of what needs an account."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.local.state import CHECKOUT

FIRST_KEY = "o" * 64
RECORDER = Path(__file__).with_name("recorder.py")


@dataclass(frozen=True)
class Recorded:
    """The exit code and output of the shell, and the calls of the recorded programs: their names and words."""

    exit_code: int
    output: str
    calls: list[list[str]]

    def of(self, *beginning: str) -> list[list[str]]:
        """The calls that begin with these words, without them."""
        return [call[len(beginning) :] for call in self.calls if call[: len(beginning)] == list(beginning)]


def run_recorded(commands: str, directory: Path, *, task_ends_with: str = "0", images_exist: bool = False) -> Recorded:
    """Runs bash with `commands`, in which an unset variable is an error. The secret begins as FIRST_KEY."""
    programs, records, kept = directory / "bin", directory / "calls", directory / "secret"
    programs.mkdir(exist_ok=True)
    for name in ("aws", "docker", "make", "curl"):
        program = programs / name
        program.write_text(f"#!{sys.executable} -IS\n{RECORDER.read_text()}")
        program.chmod(0o755)
    records.write_text("")
    kept.write_text(FIRST_KEY)
    environment = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(directory),
        "RECORDED": str(records),
        "SECRET": str(kept),
        "EXIT_CODE": task_ends_with,
        "IMAGES_EXIST": "yes" if images_exist else "",
    }
    ended = subprocess.run(
        ["bash", "-uo", "pipefail", "-c", commands],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return Recorded(ended.returncode, ended.stdout, [json.loads(line) for line in records.read_text().splitlines()])
