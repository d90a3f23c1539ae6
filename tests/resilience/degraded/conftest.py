from collections.abc import Iterator
from typing import get_args

import pytest

from tests.resilience.degraded.outages import Outage, outage
from tests.support.proxies.cuttable import Manner

LOST = [(server, manner) for server in ("redis", "a master", "kafka", "mongodb") for manner in get_args(Manner)]


@pytest.fixture(scope="package", params=LOST, ids=[" ".join(lost) for lost in LOST])
def lost(
    request: pytest.FixtureRequest,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Outage]:
    """Each server, lost in each manner, one after the other, for all tests of this directory that use the fixture."""
    server, manner = request.param
    with outage(server, manner, environment, tmp_path_factory.mktemp("outage")) as under_way:
        yield under_way
