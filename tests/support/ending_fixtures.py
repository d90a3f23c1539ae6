"""A plugin of pytest that ends servers which several modules share as soon as no test needs them any more.

pytest ends what has the scope of the session at the end of all tests, and so what has that of a package, as a directory
is a package only with an `__init__.py`. A system takes processor time also while nobody uses it.
"""

from collections.abc import Callable
from functools import partial

import pytest
from _pytest.fixtures import SubRequest  # what the hook is given; pytest exports only its base class

from tests.support.scheduling import group_of

OF_ALL = "tests"
"""Where the fixtures are defined that all groups of tests use. They end with a group."""

Begun = list[tuple[str, Callable[[], None]]]
"""Where each fixture is defined, and what ends it with all that depend on it, in the order in which they began."""

BEGUN = pytest.StashKey[Begun]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[BEGUN] = []


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: SubRequest) -> None:
    if fixturedef.scope in {"package", "session"} and fixturedef.baseid.startswith(OF_ALL):
        end: Callable[[], None] = partial(fixturedef.finish, request)
        request.config.stash[BEGUN].append((fixturedef.baseid, end))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is None:
        return
    same_group = group_of(nextitem.nodeid) == group_of(item.nodeid)
    begun = item.config.stash[BEGUN]
    for place, end in reversed(begun[:]):
        if not (same_group if place == OF_ALL else nextitem.nodeid.startswith((f"{place}/", f"{place}::"))):
            begun.remove((place, end))
            end()
