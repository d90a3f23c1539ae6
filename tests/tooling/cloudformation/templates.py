"""What several tests of the templates look at."""

from collections.abc import Iterator
from typing import Any

from infra.cloudformation.parts import Template

FUNCTIONS = {"APIHandler", "WebsocketConnect", "WebsocketMessage", "WebsocketDisconnect", "WarmCaches"}


def of_type(template: Template, kind: str) -> dict[str, Any]:  # Any: a resource's properties
    resources = template["Resources"].items()
    return {name: resource["Properties"] for name, resource in resources if resource["Type"] == kind}


def metrics_of(alarm: dict[str, Any]) -> Iterator[dict[str, Any]]:  # Any: CloudFormation's own language
    """The metrics of an alarm: {Namespace, MetricName, Dimensions}, whether it has one or computes with several."""
    if "MetricName" in alarm:
        yield alarm
    for query in alarm.get("Metrics", []):
        if "MetricStat" in query:
            yield query["MetricStat"]["Metric"]
