"""A template is adapted to the local AWS, and each difference is noted."""

from copy import deepcopy

from infra.cloudformation.parts import Template
from infra.rehearsal.adaptation import Resource, Rules, adapt
from infra.rehearsal.references import referred

NONE = Rules(rewrites={}, lacks={}, refuses={}, changes={})

TEMPLATE: Template = {
    "Parameters": {"Stage": {"Type": "String"}},
    "Resources": {
        "Nat": {"Type": "Gateway", "Properties": {"Address": {"Fn::GetAtt": ["Address", "Id"]}}},
        "Address": {"Type": "Address"},
        "Route": {"Type": "Route", "Properties": {"Gateway": {"Fn::If": ["Big", {"Ref": "Nat"}, "none"]}}},
        "Table": {"Type": "Table", "Properties": {"Name": {"Fn::Sub": "${Stage}-${Route.Name}"}}},
        "Group": {"Type": "Group", "DependsOn": ["Nat", "Network"], "Properties": {"Name": {"Ref": "Stage"}}},
        "Network": {"Type": "Network", "DependsOn": "Address"},
    },
    "Outputs": {
        "Group": {"Value": {"Ref": "Group"}},
        "Table": {"Value": {"Fn::Sub": ["${Own}", {"Own": {"Ref": "Table"}}]}},
    },
}


def big(resource: Resource) -> Resource | None:
    return {**resource, "Size": "big"} if resource["Type"] in {"Group", "Address"} else None


def test_without_rules_nothing_is_changed() -> None:
    assert adapt(TEMPLATE, NONE).template == TEMPLATE


def test_a_resource_that_refers_to_a_left_out_one_is_left_out_too() -> None:
    adapted = adapt(TEMPLATE, Rules(rewrites={}, lacks={"Address": "it knows none"}, refuses={}, changes={}))
    assert dict(adapted.left_out) == {
        "Address": "it knows none",
        "Nat": "it refers to Address",
        "Route": "it refers to Nat",
        "Table": "it refers to Route",
    }
    assert adapted.template["Resources"].keys() == {"Group", "Network"}
    assert adapted.template["Outputs"].keys() == {"Group"}
    assert adapted.template["Parameters"] == TEMPLATE["Parameters"]


def test_depends_on_does_not_count_as_a_reference() -> None:
    adapted = adapt(TEMPLATE, Rules(rewrites={}, lacks={"Address": "it knows none"}, refuses={}, changes={}))
    assert adapted.template["Resources"]["Group"]["DependsOn"] == ["Network"]
    assert adapted.template["Resources"]["Network"]["DependsOn"] == []


def test_a_rule_can_leave_out_a_single_resource() -> None:
    refuses = {"no names": lambda resource: resource["Type"] == "Table"}
    adapted = adapt(TEMPLATE, Rules(rewrites={}, lacks={}, refuses=refuses, changes={}))
    assert adapted.left_out == [("Table", "no names")]


def test_changes_are_noted_where_they_remain_and_leave_the_template_as_it_was() -> None:
    before = deepcopy(TEMPLATE)
    changes = {"it is bigger": big, "it is big once more": big}
    adapted = adapt(TEMPLATE, Rules(rewrites={}, lacks={"Address": "it knows none"}, refuses={}, changes=changes))
    assert adapted.changed == [("Group", "it is bigger"), ("Group", "it is big once more")]
    assert adapted.template["Resources"]["Group"]["Size"] == "big"
    assert before == TEMPLATE


def test_only_a_rewrite_that_changes_something_is_noted() -> None:
    rewrites = {"nothing": lambda template: template, "no outputs": lambda template: {**template, "Outputs": {}}}
    adapted = adapt(TEMPLATE, Rules(rewrites=rewrites, lacks={}, refuses={}, changes={}))
    assert adapted.rewritten == ["no outputs"]
    assert adapted.template["Outputs"] == {}


def test_references_of_every_kind_are_found() -> None:
    values = {
        "a": {"Ref": "One"},
        "b": [{"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::If": ["Condition", {"Ref": "Three"}, {"Ref": "AWS::NoValue"}]}],
        "c": {"Fn::Sub": "${Four}-${Five.Arn}-${!Six}-${AWS::Region}"},
        "d": {"Fn::Sub": ["${Own}-${Seven}", {"Own": {"Ref": "Eight"}}]},
        "DependsOn": ["Nine"],
    }
    names = {name for name in referred(values) if not name.startswith(("AWS::", "!"))}
    assert names == {"One", "Two", "Three", "Four", "Five", "Seven", "Eight"}
