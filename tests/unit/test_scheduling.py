"""The groups of tests that run side by side."""

import pytest

from infra.local.state import CHECKOUT
from tests.support.scheduling import GROUPS, group_of


@pytest.mark.parametrize("beginning", [beginning for _name, beginnings in GROUPS for beginning in beginnings])
def test_a_group_names_tests_that_exist(beginning: str) -> None:
    path, _, name = beginning.partition("::")
    assert (CHECKOUT / path).exists()
    assert not name or f"def {name}(" in (CHECKOUT / path).read_text()


@pytest.mark.parametrize(
    ("node_id", "group"),
    [
        ("tests/unit/test_scheduling.py::test_a", "the rest"),
        ("tests/e2e/test_chat.py::test_a[b]", "shared 1"),
        ("tests/e2e/test_other_settings.py::test_a", "other settings"),
        ("tests/seams/test_system_on_a_cluster.py::test_the_budgets_on_a_cluster", "shared 2"),
        ("tests/seams/test_encrypted.py::test_a", "encrypted"),
        ("tests/tooling/documents/test_documented_events.py::test_a[shared 2]", "shared 2"),
    ],
)
def test_the_longest_beginning_that_fits_is_the_group(node_id: str, group: str) -> None:
    assert group_of(node_id) == group
