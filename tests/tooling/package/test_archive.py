"""The contents of the zip, which is the same wherever it is built."""

import importlib.util
import marshal
import shutil
import struct
import sys
import tempfile
import zipfile
from pathlib import Path
from types import CodeType

import pytest
from packaging.requirements import Requirement

from infra.local.state import CHECKOUT
from infra.package.archive import build_zip
from infra.package.report import MAX_BYTES
from infra.package.wheels import packaged

UNCHECKED_HASH = 0b01
"""The flags of a .pyc that is based on a hash which is not checked (PEP 552)."""

HEADER = 16


def contents(package: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def rebuilt(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip built from another checkout, at another time, with other file modes and another temporary directory."""
    place = tmp_path_factory.mktemp("another place")
    shutil.copytree(CHECKOUT / "chalicelib", place / "checkout" / "chalicelib", copy_function=shutil.copyfile)
    shutil.copyfile(CHECKOUT / "app.py", place / "checkout" / "app.py")
    (place / "checkout" / "app.py").chmod(0o600)
    (place / "temporary").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(place / "temporary"))
        build_zip(place / "checkout", wheels, place / "deployment.zip")
    return place / "deployment.zip"


def test_the_same_input_gives_the_same_bytes(package: Path, rebuilt: Path) -> None:
    assert rebuilt.read_bytes() == package.read_bytes()


def test_the_zip_names_no_path_of_the_machine_that_built_it(
    rebuilt: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    places = [str(place).encode() for place in (tmp_path_factory.getbasetemp(), sys.prefix)]
    for name, data in contents(rebuilt).items():
        assert not [place for place in places if place in data], name


def test_the_zip_is_small_enough(package: Path) -> None:
    assert package.stat().st_size <= MAX_BYTES


def test_all_bytecode_is_found_without_reading_its_source(package: Path) -> None:
    entries = contents(package)
    sources = [name for name in entries if name.endswith(".py")]
    bytecode = {name for name in entries if name.endswith(".pyc")}
    assert {importlib.util.cache_from_source(name) for name in sources} == bytecode
    for name in bytecode:
        magic, flags = struct.unpack_from("<4sI", entries[name])
        assert (magic, flags) == (importlib.util.MAGIC_NUMBER, UNCHECKED_HASH), name


def test_tracebacks_name_the_sources_where_the_runtime_has_them(package: Path) -> None:
    entries = contents(package)
    for source in (name for name in entries if name.endswith(".py")):
        code = marshal.loads(entries[importlib.util.cache_from_source(source)][HEADER:])  # noqa: S302 - the project's own
        assert isinstance(code, CodeType)
        assert code.co_filename == f"/var/task/{source}"


def test_the_zip_holds_what_functions_need_and_no_more(package: Path) -> None:
    names = [Path(name) for name in contents(package)]
    top = {name.parts[0] for name in names if not name.parts[0].endswith(".dist-info")}
    assert {"app.py", "chalice", "chalicelib", "kafka", "pymongo", "redis"} <= top
    assert not {"boto3", "botocore", "localstack_client", "urllib3", "infra", "tests"} & top
    assert not [name for name in names if {"test", "tests"} & {*name.parts} or name.suffix in {".pyi", ".c", ".h"}]
    assert not [name for name in names if name.parts[:2] == ("chalicelib", "consumer")]
    assert {name.name for name in names if name.parts[0] == "chalice"} >= {"app.py", "__init__.py"}
    assert Path("chalice", "local.py") not in names


def test_each_package_comes_with_its_version_and_its_licence(package: Path) -> None:
    names = list(contents(package))
    for requirement in [*packaged(CHECKOUT / "requirements.txt"), "chalice==1.34.0"]:
        name = Requirement(requirement).name.lower().replace("-", "_")
        of_package = [each for each in names if each.startswith(f"{name}-{requirement.partition('==')[2]}.dist-info/")]
        assert [each for each in of_package if each.endswith("/METADATA")], requirement
        assert [each for each in of_package if "LICENSE" in each], requirement
