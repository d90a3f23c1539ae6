"""`topics` on real Kafka, as the in-process broker has neither topic settings nor a controller."""

import pytest

from chalicelib.events.topics import TOPICS
from tests.tooling.ops.fixture_types import Ops, OpsJson, Publish

pytestmark = pytest.mark.real_kafka


def test_create_leaves_existing_topics(ops: Ops, ops_json: OpsJson) -> None:
    assert ops_json("topics", "create") == {"created": [], "existing": [topic.name for topic in TOPICS]}
    assert "Created: none." in ops("topics", "create").stdout


def test_describe_tells_partitions_retention_and_offsets(ops_json: OpsJson, topic: str, publish: Publish) -> None:
    publish(topic, b"a")
    publish(topic, b"b")
    [described] = ops_json("topics", "describe", topic)
    assert described["topic"] == topic
    assert described["partitions"] == [
        {"partition": 0, "leader": 1, "replicas": [1], "inSyncReplicas": [1], "begin": 0, "end": 2}
    ]


def test_describe_shows_the_topics_as_they_are_provisioned(ops: Ops, ops_json: OpsJson) -> None:
    described = {description["topic"]: description for description in ops_json("topics", "describe")}
    for topic in TOPICS:
        assert described[topic.name]["retentionMs"] == topic.retention.total_seconds() * 1000
        partitions = described[topic.name]["partitions"]
        assert [partition["partition"] for partition in partitions] == list(range(topic.partitions))
    table = ops("topics", "describe").stdout
    assert all(topic.name in table for topic in TOPICS)
    assert "30 days" in table


def test_describe_of_an_unknown_topic_is_an_error(ops: Ops) -> None:
    assert ops("topics", "describe", "no-such-topic", code=1).stderr == "Error: There is no topic no-such-topic.\n"


def test_grow_adds_partitions_and_warns(ops: Ops, ops_json: OpsJson, topic: str) -> None:
    grown = ops("topics", "grow", topic, "3")
    assert grown.stdout == f"{topic} has 3 partitions; it had 1.\n"
    assert "most keys are in another partition than before" in grown.stderr
    [described] = ops_json("topics", "describe", topic)
    assert [partition["partition"] for partition in described["partitions"]] == [0, 1, 2]
    # The same command once more changes nothing, and has nothing to warn of.
    again = ops("topics", "grow", topic, "3", "--json")
    assert again.output == f'{{"topic":"{topic}","before":3,"partitions":3}}\n'


def test_grow_refuses_to_shrink(ops: Ops, topic: str) -> None:
    ops("topics", "grow", topic, "2")
    assert ops("topics", "grow", topic, "1", code=1).stderr == (
        f"Error: {topic} has 2 partitions, and Kafka cannot take any away.\n"
    )
    ops("topics", "grow", topic, "0", code=2)
    ops("topics", "grow", "no-such-topic", "2", code=1)
