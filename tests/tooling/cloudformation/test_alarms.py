"""The alarms, the metrics that they watch, and what the APIs accept at most."""

import json
import logging
import re

import pytest

from chalice_local_websockets.limits import NEW_CONNECTIONS_PER_SECOND
from chalicelib.events.topics import EVENT_TOPICS
from chalicelib.logs import JsonFormatter
from infra.cloudformation.parts import Template
from infra.local.state import CHECKOUT
from tests.tooling.cloudformation.templates import metrics_of, of_type

PUSHES_PER_FRAME = 2.2
"""Frames out for each frame in, by the plan for 1 million users in docs/deploy.md."""


def test_every_alarm_has_an_action_and_an_explanation(app: Template) -> None:
    explained = (CHECKOUT / "docs/deploy.md").read_text()
    alarms = of_type(app, "AWS::CloudWatch::Alarm")
    assert len(alarms) >= 10
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"], name
        heading = alarm["AlarmDescription"].rpartition("Alarms, ")[2]
        assert f"| `{heading}` |" in explained, name


def actions_of(pattern: str) -> list[str]:
    """The actions that a filter pattern matches. Raises AssertionError where it is of another form."""
    terms = pattern.removeprefix("{ ").removesuffix(" }").split(" || ")
    matches = [re.fullmatch(r'\$\.action = "(\w+)"', term) for term in terms]
    assert all(matches), pattern
    return [match[1] for match in matches if match]


def test_every_metric_filter_matches_a_line_that_the_code_logs(app: Template) -> None:
    """What a filter takes from a line must be in the lines as they are formatted."""
    code = "\n".join(path.read_text() for path in (CHECKOUT / "chalicelib").rglob("*.py"))
    filters = of_type(app, "AWS::Logs::MetricFilter")
    assert len(filters) >= 5
    for name, metric_filter in filters.items():
        for action in actions_of(metric_filter["FilterPattern"]):
            assert f'"action": "{action}"' in code, name
        [transformation] = metric_filter["MetricTransformations"]
        taken = [dimension["Value"] for dimension in transformation.get("Dimensions", [])]
        taken += [transformation["MetricValue"]] if transformation["MetricValue"] != "1" else []
        for field in (selector.removeprefix("$.") for selector in taken):
            record = logging.makeLogRecord({"msg": "", field: 7})
            assert json.loads(JsonFormatter("7").format(record))[field] in {7, "7"}, name
            assert field == "functionVersion" or f'"{field}":' in code, name


def test_every_metric_of_the_project_itself_is_filled(app: Template) -> None:
    filled = {
        transformation["MetricName"]
        for metric_filter in of_type(app, "AWS::Logs::MetricFilter").values()
        for transformation in metric_filter["MetricTransformations"]
    }
    for name, alarm in of_type(app, "AWS::CloudWatch::Alarm").items():
        for metric in metrics_of(alarm):
            is_own = metric["Namespace"] == {"Fn::Sub": "DevConnect/${Stage}"}
            assert not is_own or metric["MetricName"] in filled, name


def test_the_lag_is_known_although_a_topic_has_no_offset_yet(app: Template) -> None:
    """Kafka tells no lag of a topic before the group has committed an offset there: without FILL a sum has no data."""
    alarm = app["Resources"]["LagAlarm"]["Properties"]["Metrics"]
    policy = app["Resources"]["ConsumerScalingByLag"]["Properties"]["TargetTrackingScalingPolicyConfiguration"]
    for queries in (alarm, policy["CustomizedMetricSpecification"]["Metrics"]):
        lags = {
            query["Id"]: query["MetricStat"]["Metric"]["Dimensions"][-1]["Value"]
            for query in queries
            if query.get("MetricStat", {}).get("Metric", {}).get("MetricName") == "SumOffsetLag"
        }
        assert set(lags.values()) == set(EVENT_TOPICS)
        [total] = [query["Expression"] for query in queries if "FILL(users" in query.get("Expression", "")]
        assert total == " + ".join(f"FILL({name}, 0)" for name in lags)


@pytest.mark.parametrize(
    "metric",
    [
        ("AWS/Kafka", "KafkaDataLogsDiskUsed"),
        ("AWS/ElastiCache", "Evictions"),
        ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage"),
        ("AWS/Usage", "ConcurrentExecutions"),
        ("DevConnect", "LatePushes"),
        ("DevConnect", "Failures"),
    ],
    ids=lambda metric: metric[1],
)
def test_what_is_used_up_or_late_has_an_alarm(app: Template, metric: tuple[str, str]) -> None:
    watched = {
        (str(each["Namespace"]).removeprefix("{'Fn::Sub': '").partition("/$")[0], each["MetricName"])
        for alarm in of_type(app, "AWS::CloudWatch::Alarm").values()
        for each in metrics_of(alarm)
    }
    assert metric in watched


def test_the_throttles_of_all_apis_leave_an_account_room_for_pushes(app: Template) -> None:
    """Source: "Amazon API Gateway quotas": 10,000 requests a second and a burst of 5,000, over all APIs of a region.

    The calls of @connections ("WebSocket callback APIs") are among them.
    """
    stage = app["Resources"]["WebsocketAPIStage"]["Properties"]
    (rest,) = app["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    frames, connects = stage["DefaultRouteSettings"], stage["RouteSettings"]["$connect"]
    for kind, quota in (("Rate", 10_000), ("Burst", 5_000)):
        allowed = [throttles[f"Throttling{kind}Limit"] for throttles in (frames, connects, rest)]
        assert sum(allowed) + PUSHES_PER_FRAME * allowed[0] <= quota, kind
    assert connects["ThrottlingRateLimit"] <= NEW_CONNECTIONS_PER_SECOND
