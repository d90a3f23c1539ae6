"""Builds the zip reproducibly: the same contents give the same bytes with the same versions of Python and zlib."""

import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.package.contents import collect
from infra.package.errors import PackageError
from infra.package.interpreter import Interpreter
from infra.package.runtime import TASK_ROOT

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can represent."""

_MODE = 0o100644
"""A regular file that everybody may read, as the runtime is not its owner. Shared libraries need no more either."""


def build_zip(project: Path, wheels: Path, compiler: Interpreter | None, archive: Path) -> None:
    """Build the package of the app in `project` from the downloaded `wheels`. Raises PackageError.

    Without a `compiler` it has no bytecode. The runtime then compiles the sources when it imports them: at each cold
    start, or once, where it keeps a snapshot of what it has imported.
    """
    with TemporaryDirectory() as name:
        directory = Path(name)
        collect(project, wheels, directory)
        if compiler:
            _compile(directory, compiler)
        _pack(directory, archive)


def _compile(directory: Path, compiler: Interpreter) -> None:
    """Write the bytecode beside the sources, which stay for the lines of tracebacks.

    The bytecode is unchecked: Python does not read the source to see whether it has changed. It is compiled by a
    process that has imported nothing else, as strings interned there would affect the bytes.
    """
    command = [
        *(str(compiler.path), "-I", "-S", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(directory), "-p", TASK_ROOT, str(directory)),
    ]
    compiled = subprocess.run(command, check=False, capture_output=True, text=True)
    if compiled.returncode:
        raise PackageError(f"The package does not compile:\n{compiled.stdout}{compiled.stderr}")


def _pack(directory: Path, archive: Path) -> None:
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w") as file:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(directory).as_posix(), _EPOCH)
            entry.create_system = 3  # Unix, whatever this machine is: otherwise the mode is ignored
            entry.external_attr = _MODE << 16
            file.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
