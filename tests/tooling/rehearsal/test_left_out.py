"""The table of the tests that the rehearsal leaves out."""

import ast

import pytest

from infra.local.state import CHECKOUT
from infra.rehearsal.release import ALLOWED_ORIGIN
from tests.support.system import ALLOWED_ORIGIN as ORIGIN_OF_THE_TESTS
from tests.tooling.rehearsal.left_out import LEFT_OUT, LeftOut


@pytest.mark.parametrize("left_out", LEFT_OUT, ids=lambda left_out: left_out.test)
def test_every_left_out_test_exists(left_out: LeftOut) -> None:
    file, _, function = left_out.test.partition("::")
    names = [
        node.name
        for node in ast.walk(ast.parse((CHECKOUT / "tests" / "e2e" / file).read_text()))
        if isinstance(node, ast.FunctionDef)
    ]
    assert not function or function.partition("[")[0] in names
    assert left_out.reason


def test_a_name_stands_for_its_parameters_and_for_no_other_test() -> None:
    left_out = LeftOut(test="test_a.py::test_it", reason="why")
    assert left_out.concerns("tests/e2e/test_a.py::test_it")
    assert left_out.concerns("tests/e2e/test_a.py::test_it[PUT]")
    assert not left_out.concerns("tests/e2e/test_a.py::test_it_all")
    assert LeftOut(test="test_a.py", reason="why").concerns("tests/e2e/test_a.py::test_it[PUT]")


def test_the_stage_allows_the_origin_of_the_tests() -> None:
    assert ALLOWED_ORIGIN == ORIGIN_OF_THE_TESTS
