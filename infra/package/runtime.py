"""What the functions' runtime has already, and where it keeps the package."""

TASK_ROOT = "/var/task"
"""The directory into which the runtime unpacks the package."""

OF_THE_RUNTIME = frozenset(
    {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "snapshot-restore-py", "urllib3"},
)
"""boto3 and its dependencies, which the runtime provides; and the hooks of SnapStart, where it has that.

No other package here needs any of these. Packaged with only the data of the used services, boto3 would add 2.8 MB to
7.7 MB. Its import takes 115 ms with bytecode and 430 ms without; which of the two applies to the runtime's own copy
could not be measured here. A snapshot holds it imported.
"""

LEFT_OUT = OF_THE_RUNTIME | {
    # It has no wheel, and the functions do not need it: see chalicelib/clients/aws.py.
    "localstack-client",
}
"""The packages of requirements.txt that the package does not contain, with names normalised as in PEP 503."""
