"""The variables that lead to servers which a system with servers of its own must not use."""

import os

SERVERS = {"REDIS_URL", "MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_API_VERSION", "AWS_ENDPOINT_URL_SESV2"}
"""Those of the developer's own servers, and that of mails, which in the tests' process leads to the shared system."""


def without_servers() -> dict[str, str]:
    """Returns the environment of the tests' process without them."""
    return {name: value for name, value in os.environ.items() if name not in SERVERS}
