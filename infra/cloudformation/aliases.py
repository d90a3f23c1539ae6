"""Changes Chalice's template so that the APIs call the alias of each function.

Chalice's APIs call the newest code of a function. A canary release moves the alias `live` from one version to the next
gradually, so the APIs must call the alias, and must be permitted to call it.
"""

from infra.cloudformation.parts import Template

_OF_REST = "${APIHandler.Arn}/invocations"
_INVOCATION = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Alias}/invocations"


def use_aliases(template: Template) -> Template:
    """Returns `template` with every function called through its alias; SAM resolves `<function>.Alias`."""
    return {**template, "Resources": {name: _changed(resource) for name, resource in template["Resources"].items()}}


def _changed(resource: Template) -> Template:
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::Serverless::Api":
            changes = {"DefinitionBody": _with_alias(properties["DefinitionBody"])}
        case "AWS::Lambda::Permission":
            changes = {"FunctionName": _alias(properties["FunctionName"]["Ref"])}
        case "AWS::ApiGatewayV2::Integration":
            function = properties["IntegrationUri"]["Fn::Sub"][1]["WebsocketHandler"]["Ref"]
            changes = {"IntegrationUri": _invocation(function)}
        case _:
            return resource
    return {**resource, "Properties": {**properties, **changes}}


def _with_alias(value: object) -> object:
    if isinstance(value, dict):
        if str(value.get("Fn::Sub", "")).endswith(_OF_REST):
            return _invocation("APIHandler")
        return {key: _with_alias(item) for key, item in value.items()}
    return value


def _invocation(function: str) -> Template:
    return {"Fn::Sub": [_INVOCATION, {"Alias": _alias(function)}]}


def _alias(function: str) -> Template:
    return {"Ref": f"{function}.Alias"}
