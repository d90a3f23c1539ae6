"""The same template in other words, where MiniStack understands one way of two to say a thing."""

from infra.cloudformation.parts import Template

_EXTENSION = "x-amazon-apigateway-gateway-responses"
_PROPERTIES = {
    "statusCode": "StatusCode",
    "responseParameters": "ResponseParameters",
    "responseTemplates": "ResponseTemplates",
}


def with_gateway_responses(template: Template) -> Template:
    """API Gateway's own answers as AWS::ApiGateway::GatewayResponse, made before the deployment takes them up."""
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
    said = {_PROPERTIES[name]: value for name, value in response.items()}
    return {
        "Type": "AWS::ApiGateway::GatewayResponse",
        "Properties": {"RestApiId": {"Ref": api}, "ResponseType": kind, **said},
    }


def with_arns_of_secrets(template: Template) -> Template:
    """On AWS, Ref of a secret and Fn::GetAtt Id are the same."""
    resources = template["Resources"]
    secrets = {name for name, resource in resources.items() if resource["Type"] == "AWS::SecretsManager::Secret"}

    def made(value: object) -> object:
        match value:
            case {"Ref": str(name)} if name in secrets:
                return {"Fn::GetAtt": [name, "Id"]}
            case dict():
                return {key: made(item) for key, item in value.items()}
            case list():
                return [made(item) for item in value]
            case _:
                return value

    return {key: made(item) for key, item in template.items()}
