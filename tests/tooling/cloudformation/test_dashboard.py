"""The dashboard of the stage: each of its metrics is one that AWS, the templates or the code emit."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from chalicelib.events.topics import EVENT_TOPICS, GROUP
from infra.cloudformation.parts import Template
from tests.tooling.cloudformation.emitted_metrics import EMITTED
from tests.tooling.cloudformation.templates import metrics_of, of_type

OWN = "DevConnect/${Stage}"
PSEUDO_PARAMETERS = {"AWS::Region", "AWS::Partition", "AWS::AccountId"}


class Graph(NamedTuple):
    namespace: str
    metric: str
    dimensions: dict[str, str]
    options: dict[str, str]


@pytest.fixture
def text(app: Template) -> str:
    body: str = app["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    return body


@pytest.fixture
def widgets(text: str) -> list[dict[str, Any]]:  # Any: CloudWatch's own format
    found: list[dict[str, Any]] = json.loads(text)["widgets"]
    return found


@pytest.fixture
def graphs(widgets: list[dict[str, Any]]) -> list[Graph]:
    return [
        Graph(namespace, metric, dict(zip(pairs[::2], pairs[1::2], strict=True)), options)
        for widget in widgets
        for namespace, metric, *pairs, options in widget["properties"].get("metrics", [])
    ]


def test_what_the_body_refers_to_exists(app: Template, text: str) -> None:
    known = app["Resources"].keys() | app["Parameters"].keys() | PSEUDO_PARAMETERS
    assert {name.partition(".")[0] for name in re.findall(r"\$\{([^}]+)\}", text)} <= known


def test_the_widgets_lie_side_by_side_in_the_grid(widgets: list[dict[str, Any]]) -> None:
    """Source: "Dashboard body structure and syntax": the grid is 24 units wide."""
    taken = [
        (x, y)
        for widget in widgets
        for x in range(widget["x"], widget["x"] + widget["width"])
        for y in range(widget["y"], widget["y"] + widget["height"])
    ]
    assert len(set(taken)) == len(taken)
    assert max(x for x, _y in taken) == 23


def test_every_graph_is_of_a_metric_that_is_emitted(app: Template, graphs: list[Graph]) -> None:
    filled = {
        transformation["MetricName"]
        for metric_filter in of_type(app, "AWS::Logs::MetricFilter").values()
        for transformation in metric_filter["MetricTransformations"]
        if "Dimensions" not in transformation
    }
    assert len(graphs) > 30
    for graph in graphs:
        if graph.namespace == OWN:
            assert (graph.metric in filled, graph.dimensions) == (True, {}), graph
        else:
            assert frozenset(graph.dimensions) in EMITTED[graph.namespace][graph.metric], graph


def test_the_metrics_of_alarms_are_emitted_too(app: Template) -> None:
    for name, alarm in of_type(app, "AWS::CloudWatch::Alarm").items():
        for metric in metrics_of(alarm):
            if isinstance(metric["Namespace"], str):
                dimensions = frozenset(pair["Name"] for pair in metric.get("Dimensions", []))
                assert dimensions in EMITTED[metric["Namespace"]][metric["MetricName"]], name


def test_dimensions_have_the_values_of_the_templates(base: Template, app: Template, graphs: list[Graph]) -> None:
    functions = {f"${{{name}}}" for name in of_type(app, "AWS::Serverless::Function")}
    nodes = base["Resources"]["Redis"]["Properties"]["NumCacheClusters"]
    brokers = base["Resources"]["Kafka"]["Properties"]["NumberOfBrokerNodes"]
    named = "devconnect-${Stage}"
    assert base["Resources"]["Redis"]["Properties"]["ReplicationGroupId"] == {"Fn::Sub": named}
    assert base["Resources"]["Kafka"]["Properties"]["ClusterName"] == {"Fn::Sub": named}
    assert app["Resources"]["RestAPI"]["Properties"]["Name"] == {"Fn::Sub": named}
    expected = {
        "FunctionName": functions,
        "Topic": set(EVENT_TOPICS),
        "Consumer Group": {GROUP},
        "Cluster Name": {named},
        "ApiName": {named},
        "ApiId": {"${WebsocketAPI}"},
        "Stage": {"v1"},
        "CacheClusterId": {f"{named}-{number:03}" for number in range(1, nodes + 1)},
        "Broker ID": {str(number) for number in range(1, brokers + 1)},
    }
    for dimension, values in expected.items():
        assert {graph.dimensions[dimension] for graph in graphs if dimension in graph.dimensions} == values, dimension


def watched(app: Template) -> Iterator[tuple[str, str]]:
    """The metrics of the alarms that live as long as the stage."""
    for name, alarm in of_type(app, "AWS::CloudWatch::Alarm").items():
        for metric in metrics_of(alarm):
            namespace = metric["Namespace"]
            if not name.startswith("New") and namespace != "AWS/Usage":
                yield namespace if isinstance(namespace, str) else namespace["Fn::Sub"], metric["MetricName"]


def test_what_an_alarm_watches_is_on_the_dashboard(
    app: Template, graphs: list[Graph], widgets: list[dict[str, Any]]
) -> None:
    assert set(watched(app)) <= {(graph.namespace, graph.metric) for graph in graphs}
    listed = {name.partition(":alarm:")[2] for widget in widgets for name in widget["properties"].get("alarms", [])}
    alarms = of_type(app, "AWS::CloudWatch::Alarm").items()
    assert listed == {alarm["AlarmName"]["Fn::Sub"] for name, alarm in alarms if not name.startswith("New")}


@pytest.mark.parametrize(
    "subject", ["Traffic", "Latency", "Errors", "Lag", "Pending", "websockets", "Redis", "Cost", "Alarms"]
)
def test_the_dashboard_answers(widgets: list[dict[str, Any]], subject: str) -> None:
    assert any(subject in widget["properties"]["title"] for widget in widgets)
