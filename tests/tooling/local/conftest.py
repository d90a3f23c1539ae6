import os
from collections.abc import Iterator, Mapping

import pytest

from infra.local.running import Running, running_servers

VARIABLES = ("REDIS_URL", "MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_API_VERSION")


@pytest.fixture(scope="package")
def no_servers_named() -> Mapping[str, str]:
    """The environment of a developer who names no servers."""
    return {name: value for name, value in os.environ.items() if name not in VARIABLES}


@pytest.fixture(scope="package")
def servers(tmp_path_factory: pytest.TempPathFactory, no_servers_named: Mapping[str, str]) -> Iterator[Running]:
    """The three servers, for tests that leave them running."""
    with running_servers(tmp_path_factory.mktemp("servers"), no_servers_named) as running:
        yield running
