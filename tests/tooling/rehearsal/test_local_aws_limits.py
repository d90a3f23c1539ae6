"""The real templates, adapted to the local AWS: no more than necessary is left out of them."""

import json
import subprocess
from typing import Any

import pytest

from infra.cloudformation.parts import Template, join
from infra.local.state import CHECKOUT
from infra.package.target import target_of_this_machine
from infra.package.template import app_template
from infra.rehearsal.adaptation import adapt
from infra.rehearsal.limits import LACKS, rules
from infra.rehearsal.references import referred

VARIABLES = {"KAFKA_SSL_CAFILE": "/authority.pem", "BCRYPT_ROUNDS": "4"}
PYTHON = CHECKOUT / ".local" / "infra" / "bin" / "python"


@pytest.fixture(scope="module")
def base() -> Template:
    return join("base")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The template that AWS makes of that of SAM."""
    if not PYTHON.exists():
        pytest.skip("needs the tools of infra/: make infra-tools")
    directory = tmp_path_factory.mktemp("templates")
    source, target = directory / "sam.json", directory / "translated.json"
    source.write_text(json.dumps(app_template(CHECKOUT, "dev", target_of_this_machine())))
    program = CHECKOUT / "infra" / "cloudformation" / "translate.py"
    subprocess.run([PYTHON, program, source, target, "Stage=dev", "Deployment=one"], cwd=CHECKOUT, check=True)
    template: Template = json.loads(target.read_text())
    return template


def of_type(template: Template, kind: str) -> dict[str, Any]:  # Any: a resource's properties
    resources = template["Resources"].items()
    return {name: resource["Properties"] for name, resource in resources if resource["Type"] == kind}


def test_every_left_out_type_is_in_a_template(base: Template, app: Template) -> None:
    types = {resource["Type"] for template in (base, app) for resource in template["Resources"].values()}
    assert LACKS.keys() <= types


def test_no_remaining_resource_refers_to_a_left_out_one(base: Template, app: Template) -> None:
    for template in (base, app):
        adapted = adapt(template, rules(VARIABLES))
        left_out = dict(adapted.left_out).keys()
        assert not left_out & set(referred(adapted.template))
        assert adapted.template["Resources"].keys() | left_out >= template["Resources"].keys()


def test_the_resources_of_the_functions_remain(app: Template) -> None:
    adapted = adapt(app, rules(VARIABLES)).template
    for kind in (
        "Lambda::Function",
        "Lambda::Alias",
        "Lambda::Version",
        "Lambda::Permission",
        "IAM::Role",
        "Logs::LogGroup",
    ):
        assert of_type(adapted, f"AWS::{kind}").keys() == of_type(app, f"AWS::{kind}").keys()


def test_variables_are_added_to_the_existing_ones(app: Template) -> None:
    adapted = adapt(app, rules(VARIABLES)).template
    for name, function in of_type(app, "AWS::Lambda::Function").items():
        before, after = function, adapted["Resources"][name]["Properties"]
        assert after == {**before, "Environment": {"Variables": before["Environment"]["Variables"] | VARIABLES}}
    for name, task in of_type(app, "AWS::ECS::TaskDefinition").items():
        [before], [after] = (
            task["ContainerDefinitions"],
            adapted["Resources"][name]["Properties"]["ContainerDefinitions"],
        )
        added = [{"Name": key, "Value": value} for key, value in VARIABLES.items()]
        assert after == {**before, "Environment": before["Environment"] + added}


def test_only_roles_of_tasks_trust_the_account(app: Template) -> None:
    adapted = adapt(app, rules(VARIABLES)).template
    trusting = {
        name
        for name, role in of_type(adapted, "AWS::IAM::Role").items()
        if "AWS::AccountId" in json.dumps(role["AssumeRolePolicyDocument"]["Statement"][-1]["Principal"])
    }
    assert trusting == {"StartRole", "ConsumerRole", "OpsRole"}


def test_gateway_responses_are_made_before_the_deployment(app: Template) -> None:
    adapted = adapt(app, rules(VARIABLES)).template
    declared = app["Resources"]["RestAPI"]["Properties"]["Body"]["x-amazon-apigateway-gateway-responses"]
    made = of_type(adapted, "AWS::ApiGateway::GatewayResponse")
    assert {response["ResponseType"]: response.get("StatusCode") for response in made.values()} == {
        kind: response.get("statusCode") for kind, response in declared.items()
    }
    resources = adapted["Resources"].values()
    [deployment] = [resource for resource in resources if resource["Type"] == "AWS::ApiGateway::Deployment"]
    assert set(deployment["DependsOn"]) == made.keys()


def test_secrets_are_named_by_their_arns(base: Template) -> None:
    outputs = adapt(base, rules({})).template["Outputs"]
    assert outputs["JwtSecret"]["Value"] == {"Fn::GetAtt": ["JwtSecret", "Id"]}
    assert outputs["RedisId"] == base["Outputs"]["RedisId"]
