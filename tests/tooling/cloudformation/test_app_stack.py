"""The functions, their APIs and the consumer in the template that CloudFormation deploys."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs

from chalicelib import errors
from infra.cloudformation.parts import Template
from infra.documents.refusals import TOO_LARGE, body_of, refusal_of
from infra.local.gateway.limits import NEW_CONNECTIONS_PER_SECOND
from infra.local.state import CHECKOUT
from tests.tooling.cloudformation.tools import INFRA_TOOLS
from tests.tooling.containers.dockerfile import stages

FUNCTIONS = {"APIHandler", "WebsocketConnect", "WebsocketMessage", "WebsocketDisconnect", "WarmCaches"}


def of_type(template: Template, kind: str) -> dict[str, Any]:  # Any: a resource's properties
    resources = template["Resources"].items()
    return {name: resource["Properties"] for name, resource in resources if resource["Type"] == kind}


def test_cfn_lint_finds_nothing(base: Template, app_path: Path, translate: Callable[..., Path]) -> None:
    joined = app_path.with_name("base.json")
    joined.write_text(json.dumps(base))
    paths = [joined, app_path, translate(Deployment="one")]
    linted = subprocess.run([INFRA_TOOLS / "cfn-lint", "--", *paths], capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_the_apis_call_functions_by_their_aliases(app: Template, translate: Callable[..., Path]) -> None:
    """Otherwise a canary deployment would move an alias that nobody calls."""
    calls = re.findall(r"functions/\$\{(\w+)\}", json.dumps(app))
    assert set(calls) == {"Alias"}
    translated: Template = json.loads(translate(Deployment="one").read_text())
    permitted = {
        permission["FunctionName"]["Ref"] for permission in of_type(translated, "AWS::Lambda::Permission").values()
    }
    assert permitted == {f"{name}Aliaslive" for name in FUNCTIONS}
    assert of_type(translated, "AWS::Lambda::Alias").keys() == permitted


def test_each_deployment_is_a_new_version_of_every_function(translate: Callable[..., Path]) -> None:
    """Only a new version starts new processes, and SAM by itself makes none when only settings change."""
    before, after = (json.loads(translate(Deployment=text).read_text()) for text in ("one", "two"))
    versions = [set(of_type(template, "AWS::Lambda::Version")) for template in (before, after)]
    assert len(versions[0]) == len(FUNCTIONS)
    assert versions[0].isdisjoint(versions[1])


def test_a_version_ends_with_the_deployment_that_replaces_it(translate: Callable[..., Path]) -> None:
    """Its snapshot is billed for as long as it exists."""
    resources = json.loads(translate(Deployment="one").read_text())["Resources"].values()
    versions = [resource for resource in resources if resource["Type"] == "AWS::Lambda::Version"]
    assert [version["DeletionPolicy"] for version in versions] == ["Delete"] * len(FUNCTIONS)


def test_each_function_has_a_role_and_a_log_of_its_own(app: Template) -> None:
    functions = of_type(app, "AWS::Serverless::Function")
    assert functions.keys() == FUNCTIONS
    assert len({json.dumps(function["Role"]) for function in functions.values()}) == len(FUNCTIONS)
    assert len({json.dumps(function["LoggingConfig"]) for function in functions.values()}) == len(FUNCTIONS)
    assert "DefaultRole" not in app["Resources"]


def test_only_roles_that_push_may_push_and_only_connect_may_close(app: Template) -> None:
    roles = of_type(app, "AWS::IAM::Role")
    pushing = {name for name, role in roles.items() if {"Ref": "Push"} in role.get("ManagedPolicyArns", [])}
    assert pushing == {"RestRole", "MessageRole", "ConsumerRole"}
    closing = json.dumps(roles.pop("ConnectRole"))
    assert "/v1/DELETE/@connections/*" in closing
    assert "POST" not in closing
    assert "execute-api:ManageConnections" not in json.dumps(roles)


def test_the_health_check_of_the_service_is_that_of_the_image(app: Template) -> None:
    """ECS ignores the health check of an image, so the task has a copy of it."""
    (container,) = app["Resources"]["ConsumerTask"]["Properties"]["ContainerDefinitions"]
    assert container["HealthCheck"]["Command"] == ["CMD", *stages()["consumer"].health_argv()]
    assert container["User"] == stages()["consumer"].last("USER")


def test_gateway_responses_are_errors_as_documented(app: Template) -> None:
    documented = [refusal_of(error) for error in errors.DevConnectError.__subclasses__()]
    by_code = {refusal.code: refusal for refusal in (*documented, TOO_LARGE)}
    body = app["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    for name, response in body["x-amazon-apigateway-gateway-responses"].items():
        text = response["responseTemplates"]["application/json"].replace("$context.error.messageString", '"x"')
        answer = json.loads(text)
        refusal = by_code[answer["code"]]
        assert jsonschema_rs.is_valid(body_of([refusal]), answer), name
        assert response.get("statusCode", refusal.status) == refusal.status, name
        assert response["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'", name


def test_every_alarm_has_an_action_and_an_explanation(app: Template) -> None:
    explained = (CHECKOUT / "docs/deploy.md").read_text()
    alarms = of_type(app, "AWS::CloudWatch::Alarm")
    assert len(alarms) >= 10
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"], name
        heading = alarm["AlarmDescription"].rpartition("Alarms, ")[2]
        assert f"| `{heading}` |" in explained, name


def test_every_metric_filter_matches_a_line_that_the_code_logs(app: Template) -> None:
    code = "\n".join(path.read_text() for path in (CHECKOUT / "chalicelib").rglob("*.py"))
    filters = of_type(app, "AWS::Logs::MetricFilter")
    assert len(filters) >= 5
    for name, metric_filter in filters.items():
        action = re.fullmatch(r'\{ \$\.action = "(\w+)" \}', metric_filter["FilterPattern"])
        assert action, name
        assert f'"action": "{action[1]}"' in code, name
        value = metric_filter["MetricTransformations"][0]["MetricValue"]
        assert value == "1" or f'"{value.removeprefix("$.")}":' in code, name


def test_frames_are_not_traced_and_lambdas_lines_about_success_are_not_logged(app: Template) -> None:
    """Both are billed for each invocation: see the bill in docs/deploy.md."""
    functions = of_type(app, "AWS::Serverless::Function")
    traced = {name for name, function in functions.items() if function["Tracing"] == "Active"}
    assert traced == {"APIHandler", "WarmCaches"}
    assert app["Globals"]["Function"]["LoggingConfig"]["SystemLogLevel"] == "WARN"


def test_no_metric_filter_reads_a_log_of_infrequent_access(app: Template) -> None:
    """Source: "Log classes" of CloudWatch Logs: such a log group has none."""
    rare = {name for name, log in of_type(app, "AWS::Logs::LogGroup").items() if "LogGroupClass" in log}
    assert rare == {"RestAccessLog", "WebsocketAccessLog"}
    read = {metric["LogGroupName"]["Ref"] for metric in of_type(app, "AWS::Logs::MetricFilter").values()}
    assert read
    assert not rare & read


def test_each_api_has_throttles_of_its_own_that_an_account_can_hold(app: Template) -> None:
    """Source: "Amazon API Gateway quotas": 10,000 requests a second and a burst of 5,000, over all APIs of a region."""
    stage = app["Resources"]["WebsocketAPIStage"]["Properties"]
    (rest,) = app["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    throttles = [stage["DefaultRouteSettings"], stage["RouteSettings"]["$connect"], rest]
    assert sum(throttle["ThrottlingRateLimit"] for throttle in throttles) <= 10_000
    assert sum(throttle["ThrottlingBurstLimit"] for throttle in throttles) <= 5_000
    assert stage["RouteSettings"]["$connect"]["ThrottlingRateLimit"] <= NEW_CONNECTIONS_PER_SECOND
