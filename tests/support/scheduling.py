"""How the tests are spread over the workers of pytest-xdist: by groups, the longest first.

The tests of a group run in one worker, one after the other, as they share servers. A system costs seconds to start and
a tenth of a processor while nobody uses it, so all tests that need the shared system are in three groups of about the
same length. The other groups start their own servers, or none.
"""

from collections.abc import Sequence

import pytest

SHARED = ("shared 1", "shared 2", "shared 3")
"""The groups that use the shared system: each worker that has one of them starts it."""

GROUPS: Sequence[tuple[str, Sequence[str]]] = (
    # In the order in which they start: first those that take longest.
    (
        SHARED[0],
        (
            "tests/e2e",
            "tests/tooling/ops",
            "tests/tooling/cloudformation/test_redis_user.py",
            "tests/resilience/recovery",
        ),
    ),
    (SHARED[1], ("tests/resilience/degraded", "tests/resilience/fuzz")),
    (SHARED[2], ("tests/integration", "tests/seams/test_system_on_a_cluster.py", "tests/resilience/stress")),
    ("system", ("tests/tooling/local/test_system.py",)),
    ("encrypted", ("tests/seams/test_encrypted.py",)),
    ("cluster", ("tests/seams/test_system_on_a_cluster.py::test_the_system_works_end_to_end",)),
    ("servers", ("tests/tooling/local",)),
    ("containers", ("tests/tooling/containers",)),
    ("package", ("tests/tooling/package",)),
    ("gateway", ("tests/tooling/gateway",)),
    ("seams", ("tests/seams",)),
    ("documents", ("tests/tooling/documents",)),
    ("faults", ("tests/resilience/faults",)),
    ("other settings", ("tests/e2e/test_other_settings.py",)),
    ("tooling", ("tests/tooling",)),
    ("the rest", ("tests",)),
)
"""(Name, what its node ids begin with). A test is in the group with the longest beginning that fits."""


def schedule(items: list[pytest.Item]) -> None:
    """Puts the groups in order, and tells pytest-xdist which group each test is in."""
    names = [name for name, _beginnings in GROUPS]
    groups = {item: group_of(item) for item in items}
    # The order within a group is kept, but for a test that looks at what all others of its group have left.
    items.sort(key=lambda item: (names.index(groups[item]), item.get_closest_marker("comes_last") is not None))
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))


def group_of(item: pytest.Item) -> str:
    """Returns the name of a test's group: the one that the test itself names by its parameter, or else by its place."""
    callspec = getattr(item, "callspec", None)
    if callspec is not None and callspec.params.get("shared_system") in SHARED:
        return str(callspec.params["shared_system"])
    places = [(beginning, name) for name, beginnings in GROUPS for beginning in beginnings]
    fitting = [place for place in places if item.nodeid.startswith(place[0])]
    return max(fitting, key=lambda place: len(place[0]))[1]
