"""The printed report about a package."""

import hashlib
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from infra.package.imports import ColdImport

MAX_BYTES = 12_000_000
MAX_MILLISECONDS = 250
_SLOWEST = 12


def sizes(archive: Path) -> Iterator[str]:
    """Yields a line for each top-level name of the zip, the largest first, and one for the total."""
    zipped, unzipped = Counter[str](), Counter[str]()
    with zipfile.ZipFile(archive) as file:
        for entry in file.infolist():
            name = entry.filename.partition("/")[0]
            package = "licences, metadata" if name.endswith(".dist-info") else name
            zipped[package] += entry.compress_size
            unzipped[package] += entry.file_size
    yield f"{'':20}{'zipped':>12}{'unzipped':>12}"
    for package, size in zipped.most_common():
        yield f"{package:20}{_kilobytes(size)}{_kilobytes(unzipped[package])}"
    yield f"{'all':20}{_kilobytes(archive.stat().st_size)}{_kilobytes(unzipped.total())}"


def is_small_enough(archive: Path) -> bool:
    return archive.stat().st_size <= MAX_BYTES


def digest(archive: Path) -> str:
    with archive.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def slowest_imports(cold_import: ColdImport) -> Iterator[str]:
    yield f"{'':20}{'own ms':>12}{'modules':>12}"
    for package, milliseconds, modules in cold_import.packages[:_SLOWEST]:
        yield f"{package:20}{milliseconds:12.1f}{modules:12}"


def verdict(holds: bool) -> str:
    return "pass" if holds else "MISSED"


def _kilobytes(size: int) -> str:
    return f"{size / 1000:9,.0f} kB"
