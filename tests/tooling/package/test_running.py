"""The package runs by itself, on the runtime's platform."""

import json
import struct
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.package.errors import PackageError
from infra.package.imports import measure
from infra.package.runtime import LEAST_VERSION, LEFT_OUT, PLATFORMS, why_not_importable

X86_64 = 62
"""The value of e_machine in an ELF file."""

LOADABLE = {"any", "manylinux1_x86_64", "manylinux2010_x86_64", *PLATFORMS}
"""The platforms of wheels that the runtime can load; those that need a newer glibc are not among them."""

needs_its_platform = pytest.mark.skipif(why_not_importable() is not None, reason=why_not_importable() or "")


def run(unpacked: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Runs code in an interpreter that has only the package and the standard library, and no environment variable."""
    code = f"import sys; sys.path.insert(0, {str(unpacked)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], check=True, capture_output=True, text=True, env={}, timeout=30
    )


def test_compiled_modules_are_of_the_runtimes_platform(wheels: Path, unpacked: Path) -> None:
    tags = {wheel.stem: {*wheel.stem.rpartition("-")[2].split(".")} for wheel in wheels.iterdir()}
    assert not [name for name, platforms in tags.items() if not platforms & LOADABLE]
    libraries = list(unpacked.rglob("*.so"))
    assert libraries
    for library in libraries:
        magic, machine = struct.unpack_from("<4s14xH", library.read_bytes())
        assert (magic, machine) == (b"\x7fELF", X86_64), library


def test_what_a_package_requires_is_in_it_or_the_runtimes(unpacked: Path) -> None:
    """On the oldest Python that is said to do, and so on the later ones of the runtime."""
    oldest = {"python_full_version": ".".join(map(str, LEAST_VERSION)), "sys_platform": "linux", "extra": ""}
    packages = {
        canonicalize_name(distribution.name): distribution
        for distribution in metadata.distributions(path=[str(unpacked)])
        if canonicalize_name(distribution.name) != "chalice"  # its dependencies are those of its command line
    }
    assert "redis" in packages
    for distribution in packages.values():
        for requirement in map(Requirement, distribution.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate(oldest):
                assert canonicalize_name(requirement.name) in packages.keys() | LEFT_OUT, distribution.name


@needs_its_platform
def test_app_is_imported_from_the_package_alone(unpacked: Path) -> None:
    code = (
        "import app, json\n"
        "print(json.dumps([m.__file__ for m in list(sys.modules.values()) if getattr(m, '__file__', None)]))"
    )
    files = [Path(name) for name in json.loads(run(unpacked, code).stdout)]
    assert unpacked / "app.py" in files
    assert not [file for file in files if "site-packages" in file.parts]


@needs_its_platform
def test_modules_that_are_imported_later_are_in_the_package(unpacked: Path) -> None:
    """kafka is imported at the first event, dns for a mongodb+srv address; bcrypt and crc32c load compiled code."""
    run(
        unpacked,
        "import bcrypt, crc32c, dns.resolver, kafka, uuid_utils\n"
        "assert bcrypt.checkpw(b'x', bcrypt.hashpw(b'x', bcrypt.gensalt(4)))\n"
        "assert kafka.KafkaProducer and crc32c.crc32c(b'x') and uuid_utils.uuid7()",
    )


@needs_its_platform
def test_a_cold_import_is_measured(unpacked: Path) -> None:
    cold_import = measure(unpacked, runs=1)

    assert 0 < cold_import.fastest_milliseconds <= cold_import.median_milliseconds
    modules = {package: count for package, _, count in cold_import.packages}
    assert modules["app"] == 1
    assert modules["chalicelib"] > 50
    assert "kafka" not in modules


def test_a_package_that_cannot_be_imported_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import boto3")

    with pytest.raises(PackageError, match="No module named 'boto3'"):
        measure(tmp_path)
