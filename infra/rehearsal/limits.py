"""The resources that MiniStack 1.5.33 cannot deploy or that are changed for it, each with a reason, which is printed.

The tables were found by trial: resources in neither of them are deployed from the templates as they are. MiniStack
merely records some of these, without any effect; see docs/deploy.md.
"""

import json
from collections.abc import Mapping
from copy import deepcopy

from infra.rehearsal.adaptation import Resource, Rules
from infra.rehearsal.rewrites import with_arns_of_secrets, with_gateway_responses

_UNKNOWN = "its CloudFormation has no such resource"

LACKS = {
    "AWS::ApiGatewayV2::Deployment": _UNKNOWN,
    "AWS::ApplicationAutoScaling::ScalableTarget": _UNKNOWN,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _UNKNOWN,
    "AWS::Budgets::Budget": _UNKNOWN,
    "AWS::CodeDeploy::Application": _UNKNOWN,
    "AWS::CodeDeploy::DeploymentGroup": _UNKNOWN,
    "AWS::EC2::EIP": _UNKNOWN,
    "AWS::EC2::FlowLog": _UNKNOWN,
    "AWS::EC2::NatGateway": _UNKNOWN,
    "AWS::EC2::SecurityGroupIngress": _UNKNOWN,
    "AWS::ECS::ClusterCapacityProviderAssociations": _UNKNOWN,
    "AWS::MSK::BatchScramSecret": _UNKNOWN,
    "AWS::MSK::Cluster": _UNKNOWN,
    "AWS::MSK::Configuration": _UNKNOWN,
    "AWS::SecretsManager::ResourcePolicy": _UNKNOWN,
    "AWS::WAFv2::LoggingConfiguration": _UNKNOWN,
    "AWS::WAFv2::WebACLAssociation": _UNKNOWN,
    "AWS::XRay::SamplingRule": _UNKNOWN,
}


def rules(variables: Mapping[str, str]) -> Rules:
    """Returns the rules. `variables` are those that functions and consumer need here besides the template's."""

    def add_variables(resource: Resource) -> Resource | None:
        return _with_variables(resource, variables)

    return Rules(
        rewrites={
            "gateway responses are resources, as it does not read them from an OpenAPI body": with_gateway_responses,
            "Ref of a secret is Fn::GetAtt Id, as Ref is its name here and its ARN on AWS": with_arns_of_secrets,
        },
        lacks=LACKS,
        refuses={
            "its alarms do not support metric math": _is_metric_math,
            "it is reached without TLS, which the bucket's policy forbids": _is_against_plain_http,
        },
        changes={
            f"further variables: {', '.join(variables)}": add_variables,
            "it deploys automatically, as there is no AWS::ApiGatewayV2::Deployment": _auto_deploy,
            "all calls go to the new version at once, without CodeDeploy": _without_canary,
            "versions that were replaced stay, so that calls can be divided by hand": _with_replaced_versions,
            "mails may be sent from any identity, as it checks * where AWS checks the identity": _sends_from_any,
            "the account may assume the role, as no ECS here would give it to a task": _with_trust_in_the_account,
        },
    )


def _is_metric_math(resource: Resource) -> bool:
    return resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]


def _is_against_plain_http(resource: Resource) -> bool:
    return resource["Type"] == "AWS::S3::BucketPolicy" and "aws:SecureTransport" in json.dumps(resource)


def _with_variables(resource: Resource, more: Mapping[str, str]) -> Resource | None:
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::Lambda::Function":
            variables = {**properties["Environment"]["Variables"], **more}
            return {**resource, "Properties": {**properties, "Environment": {"Variables": variables}}}
        case "AWS::ECS::TaskDefinition":
            pairs = [{"Name": name, "Value": value} for name, value in more.items()]
            containers = [
                {**container, "Environment": [*container["Environment"], *pairs]}
                for container in properties["ContainerDefinitions"]
            ]
            return {**resource, "Properties": {**properties, "ContainerDefinitions": containers}}
        case _:
            return None


def _auto_deploy(resource: Resource) -> Resource | None:
    if resource["Type"] != "AWS::ApiGatewayV2::Stage":
        return None
    properties = {name: value for name, value in resource["Properties"].items() if name != "DeploymentId"}
    return {**resource, "Properties": {**properties, "AutoDeploy": True}}


def _without_canary(resource: Resource) -> Resource | None:
    if resource["Type"] != "AWS::Lambda::Alias":
        return None
    return {name: value for name, value in resource.items() if name != "UpdatePolicy"}


def _with_replaced_versions(resource: Resource) -> Resource | None:
    if resource["Type"] != "AWS::Lambda::Version" or resource.get("DeletionPolicy") == "Retain":
        return None
    return {**resource, "DeletionPolicy": "Retain"}


def _with_trust_in_the_account(resource: Resource) -> Resource | None:
    """Let the account assume a role of ECS tasks."""
    if resource["Type"] != "AWS::IAM::Role":
        return None
    properties = resource["Properties"]
    policy = properties["AssumeRolePolicyDocument"]
    if not any(statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"} for statement in policy["Statement"]):
        return None
    account = {"Effect": "Allow", "Principal": {"AWS": {"Ref": "AWS::AccountId"}}, "Action": "sts:AssumeRole"}
    changed = {**policy, "Statement": [*policy["Statement"], account]}
    return {**resource, "Properties": {**properties, "AssumeRolePolicyDocument": changed}}


def _sends_from_any(resource: Resource) -> Resource | None:
    policies = resource.get("Properties", {}).get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []
    statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    if not any(statement["Action"] == "ses:SendEmail" for statement in statements):
        return None
    changed = deepcopy(resource)
    for policy in changed["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Action"] == "ses:SendEmail":
                statement["Resource"] = "*"
    return changed
