"""Copies of one snapshot make nothing that another copy makes. The other half is in tests/integration."""

from collections.abc import Sequence

import pytest

from tests.support.snapshot_copies import Plan, Report, namespace, reports_of

COPIES = 8


@pytest.fixture(scope="module")
def within() -> Sequence[str]:
    command = namespace()
    if command is None:
        pytest.skip("needs the permission to make a namespace of process ids")
    return command


def shared(reports: Sequence[Report]) -> set[str]:
    """Returns the generators from which two copies got the same."""
    assert len(reports) == COPIES
    return {name for name in reports[0].made if len({report.made[name] for report in reports}) < COPIES}


def test_copies_share_no_random_number_and_no_identifier(within: Sequence[str]) -> None:
    reports = reports_of(Plan(COPIES), {}, within)

    assert shared(reports) == set()
    assert [report.sockets for report in reports] == [[]] * COPIES


def test_copies_without_the_hook_share_all_that_took_its_state_before(within: Sequence[str]) -> None:
    """If these copies shared nothing, they would not be like those of a snapshot, and the test above would be void."""
    assert shared(reports_of(Plan(COPIES, hooks=False), {}, within)) >= {"random", "uuid7", "object id"}
