"""How the tests are spread over the workers of pytest-xdist: by groups, the longest first.

Tests of one group run in one worker, in their order, since they share servers or fixed ports. Each worker starts the
servers that its groups ask for; whatever is not in a group of its own shares one with the rest of its folder.
"""

import pytest

GROUPS = (
    # Seconds as measured one after the other on two cores: only their order matters.
    ("tests/e2e", 105),
    ("tests/integration", 60),
    ("tests/seams/test_system_on_a_cluster.py", 60),
    ("tests/seams/test_encrypted.py", 52),
    ("tests/tooling/local/test_system.py", 46),
    ("tests/tooling/local/test_servers.py", 42),
    ("tests/resilience/degraded/test_cut_in_between.py", 30),
    ("tests/resilience/stress", 41),
    ("tests/resilience/recovery", 43),
    ("tests/tooling/containers", 33),
    ("tests/resilience/fuzz", 32),
    ("tests/tooling/package", 27),
    ("tests/tooling/ops", 22),
    ("tests/integration/queries", 19),
    ("tests/tooling/gateway", 19),
    ("tests/tooling/cloudformation", 18),
    ("tests/resilience/degraded", 16),
    ("tests/seams", 16),
    ("tests/resilience/faults", 14),
    ("tests/tooling/documents", 13),
    ("tests/tooling/local", 12),
    ("tests/tooling/rehearsal", 10),
    ("tests/unit", 6),
)
"""(Path below which tests are one group, its seconds.) The longest path that fits a test is its group."""

COMES_LAST = "tests/e2e"
"""The group at whose end the tests marked `comes_last` run: they look at the events that its tests have caused."""


def group_of(item: pytest.Item) -> str:
    """The group of a test. The tests of a lost server are one group for each server and manner of loss."""
    if item.get_closest_marker("comes_last") is not None:
        return COMES_LAST
    path = item.nodeid.partition("::")[0]
    group = max((prefix for prefix, _seconds in GROUPS if path.startswith(prefix)), key=len, default=path)
    outage = getattr(item, "callspec", None)
    return f"{group}: {' '.join(outage.params['lost'])}" if outage and "lost" in outage.params else group


def schedule(items: list[pytest.Item]) -> None:
    """Put the groups in order, the longest first, and name each test's group to pytest-xdist."""
    seconds = dict(GROUPS)
    groups = {item: group_of(item) for item in items}

    def place(item: pytest.Item) -> tuple[float, str, bool]:
        group = groups[item]
        return (
            -seconds.get(group.partition(":")[0], 0),
            group,
            item.get_closest_marker("comes_last") is not None,
        )

    items.sort(key=place)
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
