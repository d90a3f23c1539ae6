"""The table of what is left out by name."""

import ast

import pytest

from infra.local.state import CHECKOUT
from infra.rehearsal.deployment import ALLOWED_ORIGIN
from tests.support.system import ALLOWED_ORIGIN as ORIGIN_OF_THE_TESTS
from tests.tooling.rehearsal.left_out import LEFT_OUT, LeftOut


@pytest.mark.parametrize("one", LEFT_OUT, ids=lambda one: one.test)
def test_every_left_out_test_exists(one: LeftOut) -> None:
    file, _, function = one.test.partition("::")
    names = [
        node.name
        for node in ast.walk(ast.parse((CHECKOUT / "tests" / "e2e" / file).read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    assert not function or function.partition("[")[0] in names
    assert one.reason


def test_a_name_stands_for_its_parameters_and_for_no_other_test() -> None:
    one = LeftOut(test="test_a.py::test_it", reason="why")
    assert one.concerns("tests/e2e/test_a.py::test_it")
    assert one.concerns("tests/e2e/test_a.py::test_it[PUT]")
    assert not one.concerns("tests/e2e/test_a.py::test_it_all")
    assert LeftOut(test="test_a.py", reason="why").concerns("tests/e2e/test_a.py::test_it[PUT]")


def test_the_stage_allows_the_origin_of_the_tests() -> None:
    assert ALLOWED_ORIGIN == ORIGIN_OF_THE_TESTS
