"""The report at the end of a rehearsal."""

from infra.cloudformation.parts import Template
from infra.rehearsal.adaptation import Rules, adapt
from infra.rehearsal.report import of_stack, of_tests
from infra.rehearsal.stacks import Stack
from infra.rehearsal.stage import DeployedStack
from infra.rehearsal.suite import Outcome

TEMPLATE: Template = {
    "Resources": {
        "Group": {"Type": "Group"},
        "Nat": {"Type": "Nat"},
        "Other": {"Type": "Nat"},
        "InProductionAlone": {"Type": "Group", "Condition": "IsProduction"},
    }
}


def test_the_report_of_a_stack_counts_deployed_changed_and_left_out_resources() -> None:
    changes = {"it is renamed": lambda resource: {**resource, "Name": "x"} if resource["Type"] == "Group" else None}
    adapted = adapt(TEMPLATE, Rules(rewrites={}, lacks={"Nat": "it knows none"}, refuses={}, changes=changes))
    lines = list(of_stack("base", DeployedStack(TEMPLATE, adapted, Stack({}, {"Group": "g-1", "Added": "a-1"}))))
    assert lines == [
        "",
        "The base stack: of 4 resources 1 deployed, 2 changed, 2 left out, 1 forbidden by the template's conditions.",
        "  2 left out: it knows none",
        "      Nat",
        "      Other",
        "  2 changed: it is renamed",
        "      Group",
        "      InProductionAlone",
    ]


def test_the_report_of_the_tests_counts_and_names_them() -> None:
    left_out = [("test_a", "it cannot"), ("test_c", "it must not"), ("test_b", "it cannot")]
    assert list(of_tests(Outcome(passed=7, failed=["test_d"], left_out=left_out))) == [
        "",
        "The end-to-end tests: 7 passed, 3 left out by name, 1 FAILED.",
        "  2 left out: it cannot",
        "      test_a",
        "      test_b",
        "  1 left out: it must not",
        "      test_c",
        "  FAILED test_d",
    ]
