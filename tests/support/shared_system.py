"""A plugin of pytest that stops the shared system, and all that depends on it, once the tests of its group are over.

pytest itself would do so at the end of all tests, and a system takes processor time also while nobody uses it.
"""

from collections.abc import Callable
from functools import partial

import pytest
from _pytest.fixtures import SubRequest  # what the hook is given; pytest exports only its base class

from tests.support.scheduling import group_of

STOP = pytest.StashKey[Callable[[], None]]()


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: SubRequest) -> None:
    if fixturedef.argname == "system" and fixturedef.scope == "session":
        stop: Callable[[], None] = partial(fixturedef.finish, request)
        request.config.stash[STOP] = stop


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    stash = item.config.stash
    if nextitem and STOP in stash and group_of(nextitem.nodeid) != group_of(item.nodeid):
        stash[STOP]()
        del stash[STOP]
