"""Fixtures that run the operator's commands on the real system."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from chalicelib import settings
from chalicelib.wiring import Wiring
from infra.ops.__main__ import main
from tests.support.kafka_access import KAFKA_IS_REAL, kafka_arguments
from tests.support.server_variables import without_servers
from tests.support.system import SETTINGS
from tests.support.waiting import eventually
from tests.tooling.ops.audited_system import AuditedSystem, audited_system
from tests.tooling.ops.fixture_types import Ops, OpsJson, Publish


@pytest.fixture
def ops(environment: dict[str, str]) -> Ops:
    """A function that runs a command, and asserts its exit code."""

    def run(*arguments: str, code: int = 0, answer: str | None = None, **changes: str | None) -> Result:
        result = CliRunner().invoke(main, arguments, input=answer, env=environment | changes, prog_name="ops")
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def ops_json(ops: Ops) -> OpsJson:
    """A function that runs a command with --json, whose output must be one JSON document."""

    def run(*arguments: str, code: int = 0) -> Any:  # Any: JSON as a script sees it
        return json.loads(ops(*arguments, "--json", code=code).stdout)

    return run


@pytest.fixture(scope="package")
def producer(environment: dict[str, str]) -> Iterator[KafkaProducer]:
    producer = KafkaProducer(
        **kafka_arguments(environment),
    )
    yield producer
    producer.close()


@pytest.fixture
def publish(producer: KafkaProducer) -> Publish:
    """A function that publishes one record, and returns its partition and offset."""

    def send(
        topic: str, value: bytes, key: bytes = b"key", headers: list[tuple[str, bytes]] | None = None, **more: int
    ) -> tuple[int, int]:
        sent = producer.send(topic, key=key, value=value, headers=headers or [], **more).get(timeout=10)
        return sent.partition, sent.offset

    return send


@pytest.fixture(scope="package")
def make_topic(environment: dict[str, str], producer: KafkaProducer) -> Iterator[Callable[[], str]]:
    """A function that makes a topic with one partition; librdkafka's in-process broker makes topics at first use."""
    made: list[str] = []

    def make() -> str:
        made.append(f"ops-{secrets.token_hex(6)}")
        if KAFKA_IS_REAL:
            admin.create_topics([NewTopic(made[-1], 1, 1)], wait_for_metadata=True)
        return made[-1]

    admin = KafkaAdminClient(
        **kafka_arguments(environment),
    )
    yield make
    producer.close()  # it would look for the topics that are gone
    if KAFKA_IS_REAL:
        admin.delete_topics(made)
    admin.close()


@pytest.fixture
def topic(make_topic: Callable[[], str]) -> str:
    """A topic of the test's own."""
    return make_topic()


@pytest.fixture
def user_id() -> str:
    return secrets.token_hex(12)


@pytest.fixture
def wait_for_the_consumer(ops_json: OpsJson) -> Callable[[], None]:
    """A function that waits until the consumer has committed everything that was published before."""
    return lambda: eventually(lambda: ops_json("lag")["total"] == 0 or None, what="a lag of 0") and None


@pytest.fixture
def wiring(environment: dict[str, str]) -> Iterator[Wiring]:
    wiring = Wiring(settings.load(environment))
    yield wiring
    wiring.close()


@pytest.fixture(scope="package")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedSystem]:
    """A system whose books the tests of `audit` falsify, in the order of their files."""
    environ = without_servers()
    with audited_system(tmp_path_factory.mktemp("audited"), {**environ, **SETTINGS}) as system:
        yield system
