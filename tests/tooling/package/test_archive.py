"""The contents of the zip, which is the same wherever it is built."""

import json
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from infra.local.state import CHECKOUT
from infra.package.archive import build_zip
from infra.package.report import MAX_BYTES
from infra.package.wheels import packaged
from tests.tooling.package.building import Built

UNCHECKED_HASH = 0b01
"""The flags of a .pyc that is based on a hash which is not checked (PEP 552)."""

HEADER = 16


def contents(package: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def rebuilt(deployed: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip built from another checkout, at another time, with other file modes and another temporary directory."""
    place = tmp_path_factory.mktemp("another place")
    shutil.copytree(CHECKOUT / "chalicelib", place / "checkout" / "chalicelib", copy_function=shutil.copyfile)
    shutil.copyfile(CHECKOUT / "app.py", place / "checkout" / "app.py")
    (place / "checkout" / "app.py").chmod(0o600)
    (place / "temporary").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(place / "temporary"))
        build_zip(place / "checkout", deployed.wheels, deployed.compiler, place / "deployment.zip")
    return place / "deployment.zip"


def test_the_same_input_gives_the_same_bytes(deployed: Built, rebuilt: Path) -> None:
    assert rebuilt.read_bytes() == deployed.archive.read_bytes()


def test_the_zip_names_no_path_of_the_machine_that_built_it(
    rebuilt: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    places = [str(place).encode() for place in (tmp_path_factory.getbasetemp(), sys.prefix)]
    for name, data in contents(rebuilt).items():
        assert not [place for place in places if place in data], name


def test_the_zip_is_small_enough(deployed: Built) -> None:
    assert deployed.archive.stat().st_size <= MAX_BYTES


def told(built: Built, code: str) -> Any:  # Any: JSON
    """Returns what the package's compiler tells, which need not be the Python that runs the tests."""
    if built.compiler is None:
        pytest.skip(f"needs Python {built.target.python}")
    command = [str(built.compiler.path), "-I", "-S", "-c", f"import json\n{code}", str(built.unpacked)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_all_bytecode_is_found_without_reading_its_source(built: Built) -> None:
    cache_tag, magic = told(
        built,
        "import importlib.util, sys\nprint(json.dumps([sys.implementation.cache_tag, "
        "importlib.util.MAGIC_NUMBER.hex()]))",
    )
    entries = contents(built.archive)
    sources = [Path(name) for name in entries if name.endswith(".py")]
    bytecode = {name for name in entries if name.endswith(".pyc")}
    assert {str(source.parent / "__pycache__" / f"{source.stem}.{cache_tag}.pyc") for source in sources} == bytecode
    for name in bytecode:
        number, flags = struct.unpack_from("<4sI", entries[name])
        assert (number.hex(), flags) == (magic, UNCHECKED_HASH), name


def test_tracebacks_name_the_sources_where_the_runtime_has_them(built: Built) -> None:
    names = told(
        built,
        f"import marshal, pathlib, sys\nroot = pathlib.Path(sys.argv[1])\n"
        f"print(json.dumps({{str(path.relative_to(root)): marshal.loads(path.read_bytes()[{HEADER}:]).co_filename "
        "for path in root.rglob('*.pyc')}))",
    )
    assert names
    for path, name in names.items():
        source = Path(path)
        assert name == f"/var/task/{source.parent.parent / source.name.partition('.')[0]}.py"


def test_without_its_python_the_package_has_its_sources_alone(deployed: Built, tmp_path: Path) -> None:
    build_zip(CHECKOUT, deployed.wheels, None, tmp_path / "sources.zip")

    names = {*contents(deployed.archive)}
    assert {*contents(tmp_path / "sources.zip")} == {name for name in names if not name.endswith(".pyc")}


def test_the_zip_holds_what_functions_need_and_no_more(built: Built) -> None:
    names = [Path(name) for name in contents(built.archive)]
    top = {name.parts[0] for name in names if not name.parts[0].endswith(".dist-info")}
    assert {"app.py", "chalice", "chalicelib", "kafka", "pymongo", "redis"} <= top
    of_others = {"boto3", "botocore", "localstack_client", "snapshot_restore_py.py", "urllib3", "infra", "tests"}
    assert not of_others & top
    assert not [name for name in names if {"test", "tests"} & {*name.parts} or name.suffix in {".pyi", ".c", ".h"}]
    assert not [name for name in names if name.parts[:2] == ("chalicelib", "consumer")]
    assert {name.name for name in names if name.parts[0] == "chalice"} >= {"app.py", "__init__.py"}
    assert Path("chalice", "local.py") not in names


def test_each_package_comes_with_its_version_and_its_licence(built: Built) -> None:
    names = list(contents(built.archive))
    for requirement in [*packaged(CHECKOUT / "requirements.txt", built.target), "chalice==1.34.0"]:
        name = Requirement(requirement).name.lower().replace("-", "_")
        of_package = [each for each in names if each.startswith(f"{name}-{requirement.partition('==')[2]}.dist-info/")]
        assert [each for each in of_package if each.endswith("/METADATA")], requirement
        assert [each for each in of_package if "LICENSE" in each], requirement
