from collections.abc import Iterator

import httpx
import pytest

from tests.tooling.gateway.running import PROBE, Running, running


@pytest.fixture(scope="package")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The probe app's gateway, shared by the tests that neither end it nor edit its code."""
    with running(PROBE, tmp_path_factory.mktemp("probe"), "--no-reload") as started:
        yield started


@pytest.fixture
def rest(gateway: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.rest_url, timeout=15) as client:
        yield client
