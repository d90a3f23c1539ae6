"""What a deployment by docs/deploy.md changes, and what its canary watches."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.cloudformation.parts import Template
from tests.tooling.cloudformation.deploy_page import deployment_text
from tests.tooling.cloudformation.templates import FUNCTIONS, of_type

COMMIT, OTHER_COMMIT = "4f2a" * 10, "4f2a" * 9 + "0000"
NOON = 1_790_000_000

Translate = Callable[..., Path]


def deployed(translate: Translate, release: str, second: int) -> Template:
    template: Template = json.loads(translate(Deployment=deployment_text(release, second)).read_text())
    return template


@pytest.mark.parametrize(
    ("release", "second"),
    [(COMMIT, NOON + 1), (COMMIT, NOON + 86_400), (OTHER_COMMIT, NOON + 3_600)],
    ids=["the same commit a second later", "the same commit a day later", "another commit"],
)
def test_each_deployment_is_a_new_version_of_every_function(translate: Translate, release: str, second: int) -> None:
    """Only a new version has new settings and secrets, and SAM names it by the first ten characters of the text."""
    before, after = deployed(translate, COMMIT, NOON), deployed(translate, release, second)
    versions = [set(of_type(template, "AWS::Lambda::Version")) for template in (before, after)]
    assert len(versions[0]) == len(FUNCTIONS)
    assert versions[0].isdisjoint(versions[1])


def test_the_template_takes_the_text_of_the_page_and_none_that_would_change_nothing(app: Template) -> None:
    pattern = app["Parameters"]["Deployment"]["AllowedPattern"]
    assert re.fullmatch(pattern, deployment_text(COMMIT, NOON))
    assert not re.fullmatch(pattern, f"{COMMIT} 2026-01-31T12:00:00Z")
    assert not re.fullmatch(pattern, "2026-01-31T12:00:00Z")


def test_each_deployment_starts_new_consumers(app: Template) -> None:
    [container] = app["Resources"]["ConsumerTask"]["Properties"]["ContainerDefinitions"]
    assert {"Ref": "Deployment"} in container["DockerLabels"].values()


def watched(template: Template) -> Iterator[tuple[str, str]]:
    """The function and the alarm of each deployment group, while Rollout is `guarded`."""
    for name, group in of_type(template, "AWS::CodeDeploy::DeploymentGroup").items():
        condition, guarded, unguarded = group["AlarmConfiguration"]["Fn::If"]
        assert condition == "IsGuarded"
        assert unguarded == {} or not unguarded.get("Alarms"), "at-once is the way past an alarm"
        for alarm in guarded["Alarms"]:
            yield name.removesuffix("DeploymentGroup"), alarm["Name"]["Ref"]


def test_a_deployment_watches_the_new_version_alone(translate: Translate) -> None:
    """An alarm of other versions would stop the deployment that repairs them, and the rollback."""
    template = deployed(translate, COMMIT, NOON)
    alarms = dict(watched(template))
    assert alarms.keys() == FUNCTIONS
    versions = of_type(template, "AWS::Lambda::Version")
    for function, alarm in alarms.items():
        properties = template["Resources"][alarm]["Properties"]
        [version] = [name for name, of in versions.items() if of["FunctionName"] == {"Ref": function}]
        of_version = {"Fn::GetAtt": [version, "Version"]}
        for metric in (query["MetricStat"]["Metric"] for query in properties["Metrics"] if "MetricStat" in query):
            dimensions = {pair["Name"]: pair["Value"] for pair in metric["Dimensions"]}
            assert of_version in dimensions.values(), (function, dimensions)
        [computed] = [query["Expression"] for query in properties["Metrics"] if "Expression" in query]
        assert all(query["Id"] in computed for query in properties["Metrics"] if "MetricStat" in query), computed
        assert f"${{{version}.Version}}" in json.dumps(properties["AlarmName"]), (
            "an alarm that is changed keeps its state; one with a new name has none"
        )


def test_the_canary_counts_failures_that_the_functions_answer_themselves(translate: Translate) -> None:
    """Lambda counts no error where a function answers 500, or an `error` frame."""
    template = deployed(translate, COMMIT, NOON)
    alarms = dict(watched(template))
    filters = of_type(template, "AWS::Logs::MetricFilter").values()
    for function, log, action in (
        ("APIHandler", "APIHandlerLog", "handler_failed"),
        ("WebsocketMessage", "WebsocketMessageLog", "action_failed"),
    ):
        counted = {
            transformation["MetricName"]
            for each in filters
            if each["LogGroupName"] == {"Ref": log} and f'"{action}"' in each["FilterPattern"]
            for transformation in each["MetricTransformations"]
            if "Dimensions" in transformation
        }
        metrics = json.dumps(template["Resources"][alarms[function]]["Properties"]["Metrics"])
        assert any(f'"{name}"' in metrics for name in counted), function
