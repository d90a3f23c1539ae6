"""Which modules a file imports, for tests of the directions of imports."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """The absolute names of the modules that a file imports, also inside functions.

    `from a import b` gives `a.b`, since `b` may be a module.
    """
    return frozenset(_imported_modules(path))


def _imported_modules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
