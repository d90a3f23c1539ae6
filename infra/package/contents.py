"""The contents of the package: the wheels, Chalice's runtime and the app, without files that no function reads."""

import shutil
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path, PurePosixPath

from infra.package.errors import PackageError

_CHALICE_RUNTIME = {"chalice/__init__.py", "chalice/app.py"}
"""The files that `chalice package` includes too; the others are its command line."""

_FOR_THE_CONSUMER = "consumer"
"""The part of chalicelib that no function imports; tests/unit/test_layers.py checks that."""

_FOR_DEVELOPERS = {".c", ".h", ".pyi", ".pyx", ".pxd", ".typed"}
_LEGAL = ("LICEN", "COPYING", "NOTICE", "AUTHORS")


def collect(project: Path, wheels: Path, directory: Path) -> None:
    """Copy everything into the empty `directory`, without bytecode. Raises PackageError."""
    for wheel in sorted(wheels.glob("*.whl")):
        _unpack(wheel, directory)
    for source, path in (*_chalice(), *_app(project)):
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _unpack(wheel: Path, directory: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            path = PurePosixPath(name)
            if path.parts[0].endswith(".data"):
                raise PackageError(f"{wheel.name} installs files out of {path.parts[0]}, which is not provided for.")
            if not name.endswith("/") and _is_needed(path):
                archive.extract(name, directory)


def _is_needed(path: PurePosixPath) -> bool:
    if path.parts[0].endswith(".dist-info"):
        # Some packages ask importlib.metadata for their own version; licences must accompany every copy.
        return path.name == "METADATA" or "licenses" in path.parts or path.name.upper().startswith(_LEGAL)
    return path.suffix not in _FOR_DEVELOPERS and path.name != "py.typed" and not {"test", "tests"} & {*path.parts}


def _chalice() -> Iterator[tuple[Path, PurePosixPath]]:
    distribution = metadata.distribution("chalice")
    for file in distribution.files or ():
        if str(file) in _CHALICE_RUNTIME or (file.parts[0].endswith(".dist-info") and _is_needed(file)):
            yield Path(str(distribution.locate_file(file))), file


def _app(project: Path) -> Iterator[tuple[Path, PurePosixPath]]:
    library = project / "chalicelib"
    for source in (project / "app.py", *library.rglob("*.py"), *library.rglob("*.txt"), *library.rglob("*.html")):
        path = PurePosixPath(source.relative_to(project).as_posix())
        if path.parts[:2] != ("chalicelib", _FOR_THE_CONSUMER):
            yield source, path
