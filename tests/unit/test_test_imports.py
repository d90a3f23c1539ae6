"""Test modules and conftests are imported by pytest alone: what several tests share is in a module of another name."""

from pathlib import Path

import pytest

from tests.support.imported_modules import imported_modules

TESTS = Path(__file__).parents[1]


def is_for_pytest_alone(module: str) -> bool:
    return any(name == "conftest" or name.startswith("test_") for name in module.split("."))


@pytest.mark.parametrize("path", sorted(TESTS.rglob("*.py")), ids=lambda path: str(path.relative_to(TESTS)))
def test_no_module_imports_a_test_module_or_a_conftest(path: Path) -> None:
    assert [module for module in imported_modules(path) if is_for_pytest_alone(module)] == []
