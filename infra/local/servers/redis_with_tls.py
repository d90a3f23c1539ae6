"""A Redis server with TLS support, which the one in the wheel was built without."""

import platform
import subprocess
import zipfile
from pathlib import Path

import click

from infra.local.errors import LocalError
from infra.local.servers.fetch import PROGRAMS, fetching

_ARTIFACT = "com.github.codemonstur:embedded-redis:1.4.3"
_MEMBER = "redis-server-6.2.6-v5-linux-amd64"  # it reports its version as 6.2.11
_PROGRAM = PROGRAMS / "redis-server-tls-6.2.11"


def redis_server_with_tls() -> Path:
    """Returns the program, fetched once from a jar on Maven Central. It needs libssl.so.3, as MongoDB's does.

    Raises LocalError if it is not available.
    """
    with fetching(_PROGRAM) as directory:
        if directory:
            _unpack(directory).replace(_PROGRAM)
    return _PROGRAM


def _unpack(directory: Path) -> Path:
    if platform.machine() != "x86_64":
        raise LocalError(f"{_ARTIFACT} has no Redis with TLS for {platform.machine()}.")
    click.echo(f"Fetching a Redis with TLS, the one in {_ARTIFACT}, from Maven Central, once.")
    command = ["mvn", "--batch-mode", "dependency:copy", f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={directory}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise LocalError(f"Maven could not fetch {_ARTIFACT}:\n{result.stdout}")
    (archive,) = directory.glob("*.jar")
    with zipfile.ZipFile(archive) as file:
        unpacked = Path(file.extract(_MEMBER, directory))
    unpacked.chmod(0o755)
    return unpacked
