"""Measures the cold import of `app`, in processes that see only the unpacked package and the standard library."""

import re
import statistics
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from infra.package.errors import PackageError

_IMPORT = """
import sys, time
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
import app
print((time.perf_counter() - began) * 1000)
"""

_LINE = re.compile(r"import time:\s+(?P<own>\d+) \|\s+\d+ \|\s+(?P<module>\S+)")


@dataclass(frozen=True)
class ColdImport:
    """`packages` are (name, milliseconds of its own modules, number of modules), the slowest first.

    They are measured with -X importtime, which slows imports down, and include the standard library.
    """

    median_milliseconds: float
    fastest_milliseconds: float
    packages: list[tuple[str, float, int]]


def measure(directory: Path, python: Path, runs: int = 9) -> ColdImport:
    """Import `app` from the unpacked package `runs` times, by the interpreter `python`.

    Raises PackageError if it cannot be imported.
    """
    _run(directory, python)  # brings the files into the page cache
    times = [float(_run(directory, python).stdout) for _ in range(runs)]
    return ColdImport(
        statistics.median(times), min(times), _packages(_run(directory, python, "-X", "importtime").stderr)
    )


def _run(directory: Path, python: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(python), "-I", "-S", *options, "-c", _IMPORT, str(directory)]
    imported = subprocess.run(command, check=False, capture_output=True, text=True, env={})
    if imported.returncode:
        raise PackageError(f"app cannot be imported from the package alone:\n{imported.stderr}")
    return imported


def _packages(report: str) -> list[tuple[str, float, int]]:
    own, modules = Counter[str](), Counter[str]()
    for line in _LINE.finditer(report):
        package = line["module"].partition(".")[0]
        own[package] += int(line["own"])
        modules[package] += 1
    return [(package, microseconds / 1000, modules[package]) for package, microseconds in own.most_common()]
