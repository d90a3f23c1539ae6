"""`lag` counts the records that a group has not committed yet."""

import json
import secrets
import signal

import pytest
from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition

from chalicelib.clock import utc_now
from chalicelib.events.envelope import encode, new_event
from chalicelib.events.topics import EVENT_TOPICS
from infra.ops import group_lag
from tests.support.kafka_access import kafka_arguments
from tests.tooling.ops.fixture_types import Ops, OpsJson, Publish
from tests.tooling.ops.following import following


def commit(environment: dict[str, str], group: str, partition: int, offset: int) -> None:
    consumer = KafkaConsumer(
        **kafka_arguments(environment),
        group_id=group,
        enable_auto_commit=False,
    )
    consumer.commit({TopicPartition("analytics-events", partition): OffsetAndMetadata(offset, "", -1)})
    consumer.close()


def test_lag_is_the_end_minus_the_committed_offset(
    ops: Ops, ops_json: OpsJson, environment: dict[str, str], publish: Publish, user_id: str
) -> None:
    group = f"ops-{secrets.token_hex(6)}"
    partition, first = publish(
        "analytics-events", encode(new_event("PROFILE_VIEW", user_id, utc_now, viewedUserId=user_id))
    )
    publish("analytics-events", encode(new_event("PROFILE_VIEW", user_id, utc_now, viewedUserId=user_id)))
    commit(environment, group, partition, first)

    measured = ops_json("lag", "--group", group)
    assert measured["group"] == group
    assert {row["topic"] for row in measured["partitions"]} == set(EVENT_TOPICS)
    assert measured["total"] == sum(row["lag"] for row in measured["partitions"])
    [row] = [row for row in measured["partitions"] if row["committed"] is not None]
    assert (row["topic"], row["partition"], row["committed"]) == ("analytics-events", partition, first)
    # Other tests may publish meanwhile.
    assert row["lag"] == row["end"] - first >= 2
    # Where the group has committed nothing, its lag is everything that the partition holds.
    assert all(row["lag"] <= row["end"] for row in measured["partitions"])

    table = ops("lag", "--group", group).stdout
    assert table.startswith(f"{group}: ")
    assert table.count("analytics-events") >= 3


def test_a_commit_beyond_the_end_counts_everything_that_is_held(
    ops: Ops, ops_json: OpsJson, environment: dict[str, str], publish: Publish, user_id: str
) -> None:
    group = f"ops-{secrets.token_hex(6)}"
    partition, offset = publish(
        "analytics-events", encode(new_event("PROFILE_VIEW", user_id, utc_now, viewedUserId=user_id))
    )
    commit(environment, group, partition, offset + 1_000_000)

    measured = ops_json("lag", "--group", group)
    [row] = [row for row in measured["partitions"] if row["isBeyondEnd"]]
    assert (row["topic"], row["partition"], row["committed"]) == ("analytics-events", partition, offset + 1_000_000)
    assert 1 <= row["lag"] <= row["end"]
    assert measured["total"] == sum(row["lag"] for row in measured["partitions"])
    assert "committed beyond the end" in ops("lag", "--group", group).stdout


def test_a_missing_topic_hides_none_of_the_others(ops: Ops, ops_json: OpsJson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_lag, "EVENT_TOPICS", ["never-made", *EVENT_TOPICS])

    measured = ops_json("lag", code=1)
    assert measured["missingTopics"] == ["never-made"]
    assert {row["topic"] for row in measured["partitions"]} == set(EVENT_TOPICS)

    result = ops("lag", code=1)
    assert "analytics-events" in result.stdout
    assert result.stderr == "Error: Missing topics, which `topics create` makes: never-made.\n"


def test_watch_goes_on_until_it_is_interrupted(environment: dict[str, str]) -> None:
    with following(environment, "lag", "--watch", "--json") as watching:
        assert watching.stdout is not None
        totals = [json.loads(watching.stdout.readline())["total"] for _ in range(2)]
        assert all(total >= 0 for total in totals)
        watching.send_signal(signal.SIGINT)
        _, errors = watching.communicate(timeout=10)
    assert (watching.returncode, errors) == (0, "")
