"""The functions, their APIs and the consumer in the template that CloudFormation deploys."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs

from chalicelib import errors
from infra.cloudformation.parts import Template
from infra.documents.refusals import SCHEMA, TOO_LARGE, refusal_of
from tests.tooling.cloudformation.templates import FUNCTIONS, of_type
from tests.tooling.cloudformation.tools import INFRA_TOOLS
from tests.tooling.containers.dockerfile import stages


def test_cfn_lint_finds_nothing(base: Template, page: Template, app_path: Path, translate: Callable[..., Path]) -> None:
    joined, of_the_page = app_path.with_name("base.json"), app_path.with_name("page.json")
    joined.write_text(json.dumps(base))
    of_the_page.write_text(json.dumps(page))
    paths = [joined, of_the_page, app_path, translate(Deployment="one")]
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


def test_a_version_ends_with_the_deployment_that_replaces_it(translate: Callable[..., Path]) -> None:
    """Its snapshot is billed for as long as it exists."""
    resources = json.loads(translate(Deployment="1764288000 one").read_text())["Resources"].values()
    versions = [resource for resource in resources if resource["Type"] == "AWS::Lambda::Version"]
    assert [version["DeletionPolicy"] for version in versions] == ["Delete"] * len(FUNCTIONS)


def test_each_function_has_a_role_and_a_log_of_its_own(app: Template) -> None:
    functions = of_type(app, "AWS::Serverless::Function")
    assert functions.keys() == FUNCTIONS
    assert len({json.dumps(function["Role"]) for function in functions.values()}) == len(FUNCTIONS)
    assert len({json.dumps(function["LoggingConfig"]) for function in functions.values()}) == len(FUNCTIONS)
    assert "DefaultRole" not in app["Resources"]


def test_only_roles_that_push_and_close_may(app: Template) -> None:
    """$connect is one of them: it tells the socket that it evicts, and closes it."""
    roles = of_type(app, "AWS::IAM::Role")
    pushing = {name for name, role in roles.items() if {"Ref": "Push"} in role.get("ManagedPolicyArns", [])}
    assert pushing == {"RestRole", "ConnectRole", "MessageRole", "ConsumerRole"}
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
        assert jsonschema_rs.is_valid(SCHEMA, answer), name
        assert answer.keys() == refusal.example.keys(), name
        assert response.get("statusCode", refusal.status) == refusal.status, name
        cors = response["responseParameters"]
        assert cors["gatewayresponse.header.Access-Control-Allow-Credentials"] == "'true'", name
        condition, first, otherwise = cors["gatewayresponse.header.Access-Control-Allow-Origin"]["Fn::If"]
        assert (condition, otherwise) == ("HasOrigin", "'*'"), name
        assert first["Fn::Sub"][1] == {
            "Origin": {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "AllowedOrigins"}]}]}
        }, name


def test_an_account_without_quotas_can_create_the_functions(app: Template) -> None:
    """A new account may run 10 functions at once, and Lambda refuses to reserve any of them."""
    functions = of_type(app, "AWS::Serverless::Function")
    assert functions.keys() == FUNCTIONS
    assert not any("ReservedConcurrentExecutions" in function for function in functions.values())


def test_clients_learn_the_domain_of_the_websocket_api_where_there_is_one(app: Template) -> None:
    variables = app["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["WEBSOCKET_URL"] == {"Fn::If": ["HasDomain", {"Fn::Sub": "wss://ws.${Domain}"}, ""]}
    names = of_type(app, "AWS::ApiGatewayV2::DomainName") | of_type(app, "AWS::ApiGateway::DomainName")
    assert {name["DomainName"]["Fn::Sub"] for name in names.values()} == {"api.${Domain}", "ws.${Domain}"}
    certified = app["Resources"]["Certificate"]["Properties"]
    covered = [certified["DomainName"], *certified["SubjectAlternativeNames"]]
    assert [option["DomainName"] for option in certified["DomainValidationOptions"]] == covered
    conditional = [
        name
        for name, resource in app["Resources"].items()
        if re.search("Domain|Route53|Certificate", resource["Type"] + name) and resource.get("Condition") != "HasDomain"
    ]
    assert conditional == []


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


def test_no_log_of_the_apis_is_kept_for_ever(app: Template) -> None:
    """API Gateway makes the groups of its execution logs itself, without an end."""
    stage = app["Resources"]["WebsocketAPIStage"]["Properties"]
    (rest,) = app["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    for settings in (stage["DefaultRouteSettings"], *stage["RouteSettings"].values(), rest):
        assert settings["LoggingLevel"] == "OFF"
    for access_log in (stage["AccessLogSettings"], app["Resources"]["RestAPI"]["Properties"]["AccessLogSetting"]):
        assert "$context.integrationErrorMessage" in access_log["Format"], "why a call of a function failed"


def test_every_log_group_expires(base: Template, app: Template) -> None:
    groups = of_type(base, "AWS::Logs::LogGroup") | of_type(app, "AWS::Logs::LogGroup")
    assert len(groups) > 8
    assert [name for name, group in groups.items() if "RetentionInDays" not in group] == []
