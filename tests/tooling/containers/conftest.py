from collections.abc import Iterator

import pytest

from tests.tooling.containers.without_docker import MINISTACK, WithoutDocker


@pytest.fixture(scope="package")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WithoutDocker]:
    """The services of docker-compose.yml, as processes."""
    if not MINISTACK.exists():
        pytest.skip("needs MiniStack: make infra-tools")
    running = WithoutDocker(tmp_path_factory.mktemp("containers"))
    try:
        running.up("consumer")
        yield running
    finally:
        running.stop()
