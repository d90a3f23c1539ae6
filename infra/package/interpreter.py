"""Finds a Python of the functions' version on this machine: only it makes the bytecode that the runtime takes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TELL_VERSION = "import sys; print(*sys.version_info[:3])"
_SECONDS = 10


@dataclass(frozen=True)
class Interpreter:
    """`version` is (major, minor, patch)."""

    path: Path
    version: tuple[int, ...]


def find_interpreter(python: str) -> Interpreter | None:
    """Returns an interpreter of this version, such as 3.13: this one, or one on the PATH, or of pyenv.

    None where there is none. What is found is run, as pyenv puts programs on the PATH for versions that are not chosen.
    """
    wanted = tuple(map(int, python.split(".")))
    for path in _candidates(python):
        version = _version(path)
        if version[:2] == wanted:
            return Interpreter(path, version)
    return None


def _candidates(python: str) -> Iterator[Path]:
    yield Path(sys.executable)
    on_path = shutil.which(f"python{python}")
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{python}.*/bin/python{python}"), reverse=True)


def _version(path: Path) -> tuple[int, ...]:
    """Returns the version of an interpreter; an empty one where it cannot be run."""
    command = [str(path), "-I", "-S", "-c", _TELL_VERSION]
    try:
        told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(map(int, told.stdout.split())) if told.returncode == 0 else ()
