"""The real system that most tests share: the servers, the gateway and the consumer, started once."""

import gc
import os
import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx._transports import default as httpx_transports
from pymongo import MongoClient
from pymongo.database import Database
from xdist.remote import Producer

from infra.local.running import running_system
from infra.local.state import CHECKOUT
from infra.rehearsal.deployed import DeployedSystem, read_deployed
from tests.support.event_log import EventLog
from tests.support.kafka_access import KAFKA_IS_REAL
from tests.support.scheduling import GroupScheduling, schedule
from tests.support.system import SETTINGS, System

pytest_plugins = ["tests.support.ending_fixtures"]

# A shell without job control starts what runs in the background with Ctrl-C ignored, which all children would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What the developer's shell holds must not decide a test; a server of one's own, named by its variable, may be used.
for name in list(os.environ):
    if (
        name.startswith(("AWS_", "RATE_LIMIT_", "LOCALSTACK_", "PRESENCE_"))
        or name.endswith("_SECRET_ARN")
        or name
        in {
            "JWT_SECRET",
            "ALLOWED_ORIGINS",
        }
    ):
        del os.environ[name]


# What tests start finds the Python client of this checkout, whatever the environment has installed.
os.environ["PYTHONPATH"] = str(CHECKOUT / "clients" / "python")

# Each of hundreds of HTTP clients would load the machine's certificate authorities, for 20 ms of processor time each,
# to talk to the loopback without TLS: they share one context.
vars(httpx_transports)["create_ssl_context"] = cache(httpx.create_ssl_context)

# Thousands of tests are collected, and none of what makes them up becomes garbage before the end.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(10_000)  # tests make many objects, and few of them are in cycles
    gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--system", type=Path, help="A file that describes a system that runs already: infra/rehearsal.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    schedule(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling:
    return GroupScheduling(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("real_kafka") and not KAFKA_IS_REAL:
        pytest.skip("needs Apache Kafka: install Java 17 and Maven")


@pytest.fixture(scope="session")
def deployed(request: pytest.FixtureRequest) -> DeployedSystem | None:
    """The system that is named by --system."""
    path: Path | None = request.config.getoption("--system")
    return read_deployed(path) if path else None


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory, deployed: DeployedSystem | None) -> Iterator[System]:
    """Everything that `make run` starts, on ports and with data of its own; or the system that is named."""
    if deployed:
        yield deployed
        return
    with running_system(tmp_path_factory.mktemp("shared-system"), os.environ | SETTINGS) as running:
        yield running


@pytest.fixture(scope="session")
def environment(system: System) -> Iterator[dict[str, str]]:
    """The environment of the system's own processes, for what runs beside them. boto3 reads its part by itself."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in system.environment.items():
            if name.startswith("AWS_"):
                patch.setenv(name, value)
        yield {**system.environment, **SETTINGS}


@pytest.fixture(scope="session")
def event_log(environment: dict[str, str]) -> Iterator[EventLog]:
    log = EventLog(environment)
    yield log
    log.close()


@pytest.fixture(scope="session")
def mongodb(environment: dict[str, str]) -> Iterator[Database[dict[str, Any]]]:  # Any: BSON
    client: MongoClient[dict[str, Any]] = MongoClient(environment["MONGODB_URI"])
    with client:
        yield client.get_default_database()
