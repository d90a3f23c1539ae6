"""Says in the app stack's template what functions and containers run on, in one place for all of them.

A snapshot is kept for the functions that somebody waits for: nobody does for `$disconnect` and for the cache warmer.
"""

from infra.cloudformation.parts import Template

AWAITED = frozenset({"APIHandler", "WebsocketConnect", "WebsocketMessage"})


def run_on(template: Template, runtime: str, architecture: str, *, snapshots: bool) -> Template:
    """Returns `template` for a runtime, such as python3.13, and an architecture: arm64 or x86_64."""

    def changed(name: str, resource: Template) -> Template:
        changes: Template
        match resource["Type"]:
            case "AWS::Serverless::Function":
                kept = {"SnapStart": {"ApplyOn": "PublishedVersions"}} if snapshots and name in AWAITED else {}
                changes = {"Runtime": runtime, "Architectures": [architecture], **kept}
            case "AWS::ECS::TaskDefinition":
                platform = {"CpuArchitecture": architecture.upper(), "OperatingSystemFamily": "LINUX"}
                changes = {"RuntimePlatform": platform}
            case _:
                return resource
        return {**resource, "Properties": {**resource["Properties"], **changes}}

    return {**template, "Resources": {name: changed(name, each) for name, each in template["Resources"].items()}}
