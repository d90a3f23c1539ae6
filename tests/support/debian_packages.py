"""Programs of Debian's packages, unpacked into `.local/bin/` once: nothing is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

from infra.local.servers.fetch import PROGRAMS, fetching


def unpacked(name: str, *packages: str) -> Path:
    """Returns the directory of the unpacked packages. Skips the test where this system has no such packages."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        pytest.skip(f"{name} comes from Debian's packages, and there is no apt-get")
    target = PROGRAMS / f"debian-{name}"
    with fetching(target) as directory:
        if directory is not None:
            _download(name, packages, directory)
            root = directory / "root"
            for archive in directory.glob("*.deb"):
                subprocess.run(["dpkg-deb", "--extract", archive, root], check=True)
            root.replace(target)
    return target


def with_libraries(root: Path, program: str) -> list[str]:
    """Returns the beginning of the command line of a program below `root` that needs the libraries there."""
    libraries = ":".join(str(path) for path in sorted((root / "usr" / "lib").glob("*-linux-gnu*")))
    return ["env", f"LD_LIBRARY_PATH={libraries}", str(root / program)]


def _download(name: str, packages: tuple[str, ...], directory: Path) -> None:
    """Fetches the archives, with new lists of packages where the old ones do not lead to them."""
    download = ["apt-get", "download", *packages]
    ended = subprocess.run(download, cwd=directory, capture_output=True, text=True, check=False)
    if ended.returncode:
        subprocess.run(["apt-get", "update"], capture_output=True, check=False)
        ended = subprocess.run(download, cwd=directory, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"{name} could not be fetched from Debian's packages: {ended.stderr.strip()}")
