"""Tests that kill servers and processes. `make faults` runs the long ones, which are marked `faults`."""

import os
from pathlib import Path

import pytest

from infra.local.servers.plan import has_apache_kafka
from tests.resilience.faults.reporting import say
from tests.support.server_variables import without_servers


@pytest.fixture(scope="session", autouse=True)
def real_kafka() -> None:
    if not has_apache_kafka():
        pytest.skip("needs Apache Kafka: install Java 17 and Maven")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def no_servers() -> dict[str, str]:
    """The environment without servers that the developer named, which these tests would harm."""
    return without_servers()


@pytest.fixture
def seed() -> int:
    """A seed that differs in each run; FAULTS_SEED repeats that of an earlier run."""
    chosen = int(os.environ.get("FAULTS_SEED") or int.from_bytes(os.urandom(4)))
    say(f"seed {chosen}")
    return chosen


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ignores a warning: kafka-python 3.0.12 leaves the socket of a refused connection to the garbage collector.

    It may be collected during any later test.
    """
    leaks = "ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings(leaks))
