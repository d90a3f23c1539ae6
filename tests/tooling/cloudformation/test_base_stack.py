"""The long-lived resources in the template that CloudFormation deploys."""

import json
from typing import Any

import pytest

from infra.cloudformation.parts import Template
from tests.tooling.cloudformation.templates import of_type
from tests.tooling.containers.compose import services


def test_a_creation_that_failed_leaves_nothing_that_the_next_would_meet(base: Template, app: Template) -> None:
    """`Retain` keeps what such a creation has made, and its name with it."""
    policies = {
        name: resource["DeletionPolicy"]
        for template in (base, app)
        for name, resource in template["Resources"].items()
        if "DeletionPolicy" in resource
    }
    assert policies.keys() >= {"Kafka", "Key", "JwtSecret", "MongodbUri"}
    assert {name for name, policy in policies.items() if policy != "RetainExceptOnCreate"} == {"Exports"}
    assert policies["Exports"] == "Delete", "its files end after days anyway"


def test_kafka_has_kraft_and_the_major_version_of_the_tests(base: Template) -> None:
    major, _, kraft = base["Resources"]["Kafka"]["Properties"]["KafkaVersion"].split(".", 2)
    assert kraft == "x.kraft"
    assert services()["kafka"].image.startswith(f"apache/kafka:{major}.")


def test_what_costs_nothing_is_enough_to_monitor_kafka(base: Template) -> None:
    assert base["Resources"]["Kafka"]["Properties"]["EnhancedMonitoring"] == "DEFAULT"


def resolved(value: Any, stage: str, dollars: int) -> Any:  # Any: CloudFormation's own language
    """The value for a stage, as far as this template's intrinsic functions need it."""
    parameters = {"Stage": stage, "MonthlyBudgetDollars": dollars}
    conditions = {"IsProduction": stage == "prod", "HasBudget": dollars != 0}
    match value:
        case {"Ref": name}:
            return parameters.get(name, value)
        case {"Fn::If": [name, then, otherwise]}:
            return resolved(then if conditions[name] else otherwise, stage, dollars)
        case {"Fn::Join": [separator, words]}:
            return separator.join(str(resolved(word, stage, dollars)) for word in words)
        case dict():
            return {key: resolved(item, stage, dollars) for key, item in value.items()}
        case list():
            return [resolved(item, stage, dollars) for item in value]
    return value


@pytest.mark.parametrize(("stage", "dollars", "limit"), [("dev", 0, 500), ("prod", 0, 9000), ("prod", 20_000, 20_000)])
def test_each_stage_has_a_budget_of_its_own(base: Template, stage: str, dollars: int, limit: int) -> None:
    [budget] = [resolved(budget["Budget"], stage, dollars) for budget in of_type(base, "AWS::Budgets::Budget").values()]
    assert budget["BudgetLimit"] == {"Amount": limit, "Unit": "USD"}
    assert budget["CostFilters"] == {"TagKeyValue": [f"user:stage${stage}"]}


def test_the_addresses_of_nat_are_told(base: Template) -> None:
    """MongoDB's provider lets in only the addresses that it is told."""
    told = json.dumps(base["Outputs"]["NatAddresses"])
    assert all(f'"{name}"' in told for name in of_type(base, "AWS::EC2::EIP"))
