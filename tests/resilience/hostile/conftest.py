"""The people of these tests, and a system whose limits let a crowd in."""

from collections.abc import Iterator

import pytest

from infra.local.running import RunningSystem, running_system
from tests.e2e.people import ada, bob, make_person
from tests.support.server_variables import without_servers
from tests.support.system import SETTINGS

__all__ = ["ada", "bob", "make_person"]


@pytest.fixture(scope="package")
def open_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system that lets one user open any number of sockets: no limit is to hide what a crowd of them costs."""
    settings = {**SETTINGS, "RATE_LIMIT_CONNECT": "1000000/1"}
    with running_system(tmp_path_factory.mktemp("open-system"), without_servers() | settings) as system:
        yield system
