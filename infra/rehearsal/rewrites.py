"""Rewrites a template into an equivalent one, where MiniStack supports only one of two equivalent forms."""

from infra.cloudformation.parts import Template

_EXTENSION = "x-amazon-apigateway-gateway-responses"
_PROPERTIES = {
    "statusCode": "StatusCode",
    "responseParameters": "ResponseParameters",
    "responseTemplates": "ResponseTemplates",
}


def with_gateway_responses(template: Template) -> Template:
    """Returns the template with gateway responses as resources, which are created before the deployment of the API."""
    responses = {
        f"{name}{kind}": _resource(name, kind, response)
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::ApiGateway::RestApi"
        for kind, response in resource["Properties"]["Body"].get(_EXTENSION, {}).items()
    }
    kept = {
        name: {**resource, "DependsOn": sorted(responses)}
        if resource["Type"] == "AWS::ApiGateway::Deployment"
        else resource
        for name, resource in template["Resources"].items()
    }
    return {**template, "Resources": responses | kept}


def _resource(api: str, kind: str, response: Template) -> Template:
    properties = {_PROPERTIES[name]: value for name, value in response.items()}
    return {
        "Type": "AWS::ApiGateway::GatewayResponse",
        "Properties": {"RestApiId": {"Ref": api}, "ResponseType": kind, **properties},
    }


def with_arns_of_secrets(template: Template) -> Template:
    """Returns the template with Fn::GetAtt Id in place of Ref of a secret; on AWS both are the ARN."""
    resources = template["Resources"]
    secrets = {name for name, resource in resources.items() if resource["Type"] == "AWS::SecretsManager::Secret"}

    def rewritten(value: object) -> object:
        match value:
            case {"Ref": str(name)} if name in secrets:
                return {"Fn::GetAtt": [name, "Id"]}
            case dict():
                return {key: rewritten(item) for key, item in value.items()}
            case list():
                return [rewritten(item) for item in value]
            case _:
                return value

    return {key: rewritten(item) for key, item in template.items()}
