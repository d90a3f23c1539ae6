"""The package runs by itself, on the platform that it was built for."""

import json
import platform
import struct
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.local.state import CHECKOUT
from infra.package.errors import PackageError
from infra.package.imports import measure
from infra.package.interpreter import Interpreter, find_interpreter
from infra.package.runtime import LEFT_OUT
from infra.package.target import MACHINES, Target, target_of
from tests.tooling.package.building import Built, build

ELF_MACHINES = {"x86_64": 62, "arm64": 183}
"""The values of e_machine in an ELF file."""


@pytest.fixture(scope="module")
def runnable(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Interpreter]:
    """The package that is deployed, but for the processor of this machine, with a Python of the runtime's version."""
    version = target_of(CHECKOUT, "prod").python
    interpreter = find_interpreter(version)
    here = {machine: name for name, machine in MACHINES.items()}.get(platform.machine())
    if interpreter is None or here is None:
        pytest.skip(f"needs Python {version} on a processor that Lambda has")
    target = Target(version, here)
    obstacle = target.why_not_importable()
    if obstacle:
        pytest.skip(obstacle)
    return build(target, interpreter, tmp_path_factory.mktemp("runnable")).unpacked, interpreter


def run(runnable: tuple[Path, Interpreter], code: str) -> subprocess.CompletedProcess[str]:
    """Runs code in an interpreter that has only the package and the standard library, and no environment variable."""
    unpacked, interpreter = runnable
    code = f"import sys; sys.path.insert(0, {str(unpacked)!r})\n{code}"
    return subprocess.run(
        [str(interpreter.path), "-I", "-S", "-c", code], check=True, capture_output=True, text=True, env={}, timeout=30
    )


def test_compiled_modules_are_of_the_targets_platform(built: Built) -> None:
    machine = MACHINES[built.target.architecture]
    loadable = {"any", f"manylinux1_{machine}", f"manylinux2010_{machine}", *built.target.wheel_platforms}
    tags = {wheel.stem: {*wheel.stem.rpartition("-")[2].split(".")} for wheel in built.wheels.iterdir()}
    assert not [name for name, platforms in tags.items() if not platforms & loadable]
    libraries = list(built.unpacked.rglob("*.so"))
    assert libraries
    for library in libraries:
        header = struct.unpack_from("<4s14xH", library.read_bytes())
        assert header == (b"\x7fELF", ELF_MACHINES[built.target.architecture]), library


def test_what_a_package_requires_is_in_it_or_the_runtimes(built: Built) -> None:
    """On the oldest Python that is said to do, and so on the later ones of the runtime."""
    oldest = {
        "python_full_version": f"{built.target.python}.0",
        "python_version": built.target.python,
        "platform_machine": MACHINES[built.target.architecture],
        "sys_platform": "linux",
        "extra": "",
    }
    packages = {
        canonicalize_name(distribution.name): distribution
        for distribution in metadata.distributions(path=[str(built.unpacked)])
        if canonicalize_name(distribution.name) != "chalice"  # its dependencies are those of its command line
    }
    assert "redis" in packages
    for distribution in packages.values():
        for requirement in map(Requirement, distribution.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate(oldest):
                assert canonicalize_name(requirement.name) in packages.keys() | LEFT_OUT, distribution.name


def test_app_is_imported_from_the_package_alone(runnable: tuple[Path, Interpreter]) -> None:
    code = (
        "import app, json\n"
        "print(json.dumps([m.__file__ for m in list(sys.modules.values()) if getattr(m, '__file__', None)]))"
    )
    files = [Path(name) for name in json.loads(run(runnable, code).stdout)]
    assert runnable[0] / "app.py" in files
    assert not [file for file in files if "site-packages" in file.parts]


def test_modules_that_are_imported_later_are_in_the_package(runnable: tuple[Path, Interpreter]) -> None:
    """kafka is imported at the first event, dns for a mongodb+srv address; bcrypt and crc32c load compiled code."""
    run(
        runnable,
        "import bcrypt, crc32c, dns.resolver, kafka, uuid_utils\n"
        "assert bcrypt.checkpw(b'x', bcrypt.hashpw(b'x', bcrypt.gensalt(4)))\n"
        "assert kafka.KafkaProducer and crc32c.crc32c(b'x') and uuid_utils.uuid7()",
    )


def test_a_cold_import_is_measured(runnable: tuple[Path, Interpreter]) -> None:
    unpacked, interpreter = runnable
    cold_import = measure(unpacked, interpreter.path, runs=1)

    assert 0 < cold_import.fastest_milliseconds <= cold_import.median_milliseconds
    modules = {package: count for package, _, count in cold_import.packages}
    assert modules["app"] == 1
    assert modules["chalicelib"] > 50
    assert "kafka" not in modules


def test_a_package_that_cannot_be_imported_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import boto3")

    with pytest.raises(PackageError, match="No module named 'boto3'"):
        measure(tmp_path, Path(sys.executable))
