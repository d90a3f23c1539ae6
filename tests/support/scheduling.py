"""How the tests are spread over the workers of pytest-xdist: by groups, the longest first.

The tests of a group run in one worker, one after the other, as they share servers. A system costs 4 s of processor time
to start, and 0.05 s a second while nobody uses it, so all tests that need the shared system are in four
groups. The other groups start their own servers, or none.
"""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

SHARED = ("shared 1", "shared 2", "shared 3", "shared 4")
"""The groups that use the shared system: each worker that has one of them starts it."""

GROUPS: Sequence[tuple[str, Sequence[str]]] = (
    # In the order in which they start: those that take longest first, as the run ends with the last one; and what waits
    # much, for servers that are killed, beside what does not.
    (
        SHARED[1],
        (
            "tests/resilience/degraded",
            "tests/resilience/recovery",
            "tests/seams/test_key_rotation.py",
            "tests/seams/test_system_on_a_cluster.py",
        ),
    ),
    (SHARED[0], ("tests/e2e", "tests/tooling/cloudformation/test_redis_user.py")),
    (SHARED[3], ("tests/resilience/hostile", "tests/tooling/ops")),
    (SHARED[2], ("tests/integration", "tests/resilience/fuzz", "tests/resilience/stress")),
    ("interleavings", ("tests/interleavings",)),
    ("tooling", ("tests/tooling",)),
    ("servers", ("tests/tooling/local",)),
    ("encrypted", ("tests/seams/test_encrypted.py",)),
    ("package", ("tests/tooling/package",)),
    ("containers", ("tests/tooling/containers",)),
    ("system", ("tests/tooling/local/test_system.py",)),
    ("gateway", ("tests/tooling/gateway",)),
    ("the rest", ("tests",)),
    ("restore", ("tests/resilience/restore",)),
    ("documents", ("tests/tooling/documents",)),
    ("seams", ("tests/seams",)),
    ("other settings", ("tests/e2e/test_other_settings.py",)),
    ("faults", ("tests/resilience/faults",)),
)
"""(Name, what its node ids begin with). A test is in the group with the longest beginning that fits."""


def schedule(items: list[pytest.Item]) -> None:
    """Puts the groups in order. Within a group the order is kept, but for a test that looks at what all others left."""
    names = [name for name, _beginnings in GROUPS]
    items.sort(key=lambda item: (names.index(group_of(item.nodeid)), item.get_closest_marker("comes_last") is not None))


def group_of(node_id: str) -> str:
    """Returns the name of a test's group: the shared system that its parameter names, or the group of its place."""
    for name in SHARED:
        if node_id.endswith(f"[{name}]"):
            return name
    places = [(beginning, name) for name, beginnings in GROUPS for beginning in beginnings]
    fitting = [place for place in places if node_id.startswith(place[0])]
    return max(fitting, key=lambda place: len(place[0]))[1]


class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc] # pytest-xdist publishes no types
    """Gives a worker a whole group at a time. (xdist_group marks do nothing in pytest-xdist 3.8.0 on pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
