"""The servers of these tests are their own, without a consumer: nobody but the scheduler may take a step."""

from collections.abc import Iterator

import pytest

from infra.local.running import running_servers
from tests.interleavings.kafka_contents import missing_from_kafka
from tests.interleavings.people import People
from tests.interleavings.world import World, open_world
from tests.support.system import SETTINGS


@pytest.fixture(scope="package")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with running_servers(tmp_path_factory.mktemp("interleavings")) as running:
        yield {**running.environment, **SETTINGS}


@pytest.fixture(scope="module")
def world(servers: dict[str, str]) -> Iterator[World]:
    """A world whose events are all in Kafka at the end, as Kafka has acknowledged them."""
    with open_world(servers, 0) as opened:
        yield opened
        opened.begin()
        assert opened.published
        assert not missing_from_kafka(servers, opened.published)


@pytest.fixture(scope="module")
def people(world: World) -> People:
    return People(world)
