"""Imports run one way: a module may import from its own part and from the layers below it."""

import sys
from pathlib import Path

import pytest

from tests.support.imported_modules import imported_modules

ROOT = Path(__file__).parents[2]

LAYERS = [
    {"errors", "clock", "email_addresses", "tracing"},
    {"settings", "logs"},
    {"models"},
    {"clients"},
    {"events", "caching"},
    {"security"},
    {"stores"},
    {"push"},
    {"services"},
    {"wiring", "snapshot"},
    {"handlers", "consumer"},
]
"""The parts of chalicelib, lowest first. Parts of one layer do not import each other."""

LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}

CONSUMER_LAYERS = [{"telemetry"}, {"web_push"}, {"effects"}, {"pipeline", "tasks"}, {"run"}, {"__main__"}]
"""The parts of chalicelib/consumer, lowest first."""

CONSUMER_LEVEL = {part: level for level, parts in enumerate(CONSUMER_LAYERS) for part in parts}


def part(module: str) -> str | None:
    names = module.split(".")
    return names[1] if names[0] == "chalicelib" and len(names) > 1 else None


def modules() -> list[Path]:
    """Every module below a part: chalicelib/__init__.py, which belongs to none, is left out."""
    package = ROOT / "chalicelib"
    return sorted(path for path in package.rglob("*.py") if path != package / "__init__.py")


def consumer_modules() -> list[Path]:
    """Every module of the consumer except its empty __init__.py."""
    package = ROOT / "chalicelib" / "consumer"
    return [path for path in modules() if path.is_relative_to(package) and path != package / "__init__.py"]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_layers_below(path: Path) -> None:
    own = path.relative_to(ROOT / "chalicelib").parts[0].removesuffix(".py")
    for module in imported_modules(path):
        top = module.split(".")[0]
        assert top not in {"app", "chalice_local_websockets", "infra", "tests"}, f"{path} imports {module}"
        other = part(module)
        if other is not None and other != own:
            assert LEVEL[other] < LEVEL[own], f"{path} imports upwards: {module}"


@pytest.mark.parametrize("path", consumer_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_part_of_the_consumer_imports_only_from_parts_below(path: Path) -> None:
    own = path.relative_to(ROOT / "chalicelib" / "consumer").parts[0].removesuffix(".py")
    for module in imported_modules(path):
        names = module.split(".")
        if names[:2] == ["chalicelib", "consumer"] and names[2] != own:
            assert CONSUMER_LEVEL[names[2]] < CONSUMER_LEVEL[own], f"{path} imports upwards: {module}"


@pytest.mark.parametrize("path", sorted((ROOT / "infra").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_infra_never_imports_a_test(path: Path) -> None:
    assert all(module.split(".")[0] != "tests" for module in imported_modules(path))


def test_only_settings_reads_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in [*modules(), ROOT / "app.py"]
        if "os.environ" in path.read_text() or "getenv" in path.read_text()
    }
    # The credentials of AWS are those of the moment at which a request is signed, as in every SDK.
    assert readers == {"chalicelib/settings/__init__.py", "chalicelib/clients/sigv4.py"}


def test_every_part_has_a_layer() -> None:
    parts = {
        path.name.removesuffix(".py") for path in (ROOT / "chalicelib").iterdir() if not path.name.startswith("__")
    }
    assert parts == set(LEVEL)


@pytest.mark.parametrize("path", sorted((ROOT / "gateway").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_gateway_imports_nothing_of_the_project_as_it_is_installed_alone(path: Path) -> None:
    others = {"chalicelib", "devconnect_client", "examples", "infra", "tests"}
    assert not {module.split(".")[0] for module in imported_modules(path)} & others


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_an_example_imports_nothing_of_the_service(path: Path) -> None:
    others = {"app", "chalice_local_websockets", "chalicelib", "infra", "tests"}
    assert not {module.split(".")[0] for module in imported_modules(path)} & others


@pytest.mark.parametrize(
    "path", sorted((ROOT / "clients/python").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_python_client_imports_its_two_dependencies_alone(path: Path) -> None:
    tops = {module.split(".")[0] for module in imported_modules(path)} - sys.stdlib_module_names
    assert tops <= {"devconnect_client", "httpx", "websockets"}
