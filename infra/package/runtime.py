"""The runtime of the functions: what the package is made for, whatever the machine that makes it."""

import platform
import sys

from infra.package.errors import PackageError

PYTHON = "3.11"

PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64")
"""One platform under its two names (PEP 599, PEP 600): x86-64 with glibc 2.17; the runtime has 2.26."""

TASK_ROOT = "/var/task"
"""Where the runtime unpacks the package."""

OF_THE_RUNTIME = frozenset(
    {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"},
)
"""boto3 and what it needs: the runtime has them.

Nothing else here needs any of these. Packaged, with the data of the used services alone, they are 2.8 MB beside 7.7.
Imported at the first push, boto3 takes 115 ms with bytecode and 430 without; which of the two the runtime's own copy
takes could not be measured here.
"""

LEFT_OUT = OF_THE_RUNTIME | {
    # It has no wheel, and there is no need of it: see chalicelib/clients/aws.py.
    "localstack-client",
}
"""What requirements.txt names and the package does not hold, in the names of PEP 503."""


def require_its_python() -> None:
    """Raises PackageError where this Python is another: its bytecode would be passed over, and compiled anew."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version != PYTHON:
        raise PackageError(
            f"The functions run on Python {PYTHON}, and so their bytecode is made by it; this is {version}. "
            f"Make the environment anew with it: make clean && make package PYTHON=python{PYTHON}"
        )


def is_like_this_machine() -> bool:
    """Whether the package's compiled modules can be imported here."""
    return sys.platform == "linux" and platform.machine() == "x86_64"
