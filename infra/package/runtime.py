"""The functions' runtime, for which the package is built, whatever machine builds it."""

import platform
import sys

from infra.package.errors import PackageError

PYTHON = "3.11"

PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64")
"""The two names (PEP 599, PEP 600) of one platform: x86-64 with glibc 2.17; the runtime has 2.26."""

TASK_ROOT = "/var/task"
"""The directory into which the runtime unpacks the package."""

OF_THE_RUNTIME = frozenset(
    {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"},
)
"""boto3 and its dependencies, which the runtime provides.

No other package here needs any of these. Packaged with only the data of the used services, they would add 2.8 MB to
7.7 MB. The import of boto3, at the first push, takes 115 ms with bytecode and 430 ms without; which of the two applies
to the runtime's own copy could not be measured here.
"""

LEFT_OUT = OF_THE_RUNTIME | {
    # It has no wheel, and the functions do not need it: see chalicelib/clients/aws.py.
    "localstack-client",
}
"""The packages of requirements.txt that the package does not contain, with names normalised as in PEP 503."""


def require_its_python() -> None:
    """Raises PackageError if this Python has another version: the runtime would ignore its bytecode and recompile."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version != PYTHON:
        raise PackageError(
            f"The functions run on Python {PYTHON}, and so their bytecode is made by it; this is {version}. "
            f"Make the environment anew with it: make clean && make package PYTHON=python{PYTHON}"
        )


LEAST_VERSION = (3, 11, 3)
"""The oldest Python on which the package can be imported. The runtime has a newer one, and so needs fewer packages:
redis has its time-outs from another package before 3.11.3. The zip is the same, whichever 3.11 builds it.
"""


def why_not_importable() -> str | None:
    """Returns why the package cannot be imported here, as the end of a sentence, or None where it can be."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "the package is for Linux on x86-64, and this is not"
    if sys.version_info[:3] < LEAST_VERSION:
        return f"the package needs Python {'.'.join(map(str, LEAST_VERSION))}, and this is {platform.python_version()}"
    return None
