from collections.abc import Iterator

import pytest

from tests.resilience.fuzz.running import Fuzzed, fuzzed_gateway


@pytest.fixture(scope="package")
def fuzzed(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    with fuzzed_gateway(environment, tmp_path_factory.mktemp("fuzzed")) as gateway:
        yield gateway
        assert gateway.new_failures() == []


@pytest.fixture(autouse=True)
def nothing_fails(fuzzed: Fuzzed) -> Iterator[None]:
    """Asserts after each test that the log of the functions holds no failure."""
    yield
    assert fuzzed.new_failures() == []
