"""`dead-letters` lists and shows the records in the dead-letter topic, and replays them to their source topics."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from kafka import KafkaConsumer
from pymongo.database import Database

from chalicelib.clock import iso, utc_now
from chalicelib.consumer.pipeline.dead_letters import DeadLetters
from chalicelib.consumer.pipeline.records import Poison
from chalicelib.events.envelope import encode, new_event
from chalicelib.events.topics import DEAD_LETTER
from chalicelib.wiring import Wiring
from infra.ops.kafka_clients import Record
from infra.ops.topic_log import TopicLog
from tests.support.kafka_access import kafka_arguments
from tests.tooling.ops.fixture_types import Ops, OpsJson, Publish

Bury = Callable[..., str]
NOT_UTF8 = b"\xff\x00not text"


@dataclass
class Buried:
    """A poison record, as the consumer reads it."""

    topic: str
    value: bytes | None
    key: bytes | None = b"user-1"
    partition: int = 2
    offset: int = 17
    headers: Sequence[tuple[str, bytes]] = ()


@pytest.fixture
def bury(wiring: Wiring, ops_json: OpsJson) -> Bury:
    """A function that writes a dead letter as the consumer does, and returns its place, `partition:offset`."""

    def write(topic: str, value: bytes, *, reason: str = "not_json", error: str = "It is no JSON.") -> str:
        DeadLetters(wiring.producer, wiring.clock).send([Poison(Buried(topic, value), reason, error)])
        [newest] = ops_json("dead-letters", "list", "--limit", "1")
        assert newest["sourceTopic"] == topic
        return f"{newest['partition']}:{newest['offset']}"

    return write


@pytest.fixture
def records(environment: dict[str, str], topic: str) -> Callable[[], list[Record]]:
    """A function that returns the records of the test's own topic."""

    def read() -> list[Record]:
        consumer = KafkaConsumer(
            **kafka_arguments(environment),
            enable_auto_commit=False,
        )
        with closing(consumer):
            log = TopicLog(consumer)
            return list(log.read(log.held(log.partitions(topic))))

    return read


def test_list_shows_the_newest_first(ops: Ops, ops_json: OpsJson, topic: str, bury: Bury) -> None:
    before = utc_now() - timedelta(seconds=1)
    older = bury(topic, b"{")
    newer = bury(topic, b"[1,2]", reason="wrong_shape")
    first, second = ops_json("dead-letters", "list", "--limit", "2")
    assert f"{first['partition']}:{first['offset']}" == newer
    assert f"{second['partition']}:{second['offset']}" == older
    assert (first["reason"], second["reason"]) == ("wrong_shape", "not_json")
    assert (first["sourceTopic"], first["sourcePartition"], first["sourceOffset"]) == (topic, 2, 17)
    assert (first["size"], second["size"]) == (5, 1)
    assert iso(before) < second["failedAt"] <= first["failedAt"]

    table = ops("dead-letters", "list", "--limit", "1").stdout
    assert f"{topic}:2:17" in table
    assert "wrong_shape" in table
    assert "not_json" not in table


def test_show_has_all_headers_the_stack_and_the_bytes(ops: Ops, ops_json: OpsJson, topic: str, bury: Bury) -> None:
    stack = 'Traceback (most recent call last):\n  File "effect.py", line 1\nValueError: [bold]no[/bold]'
    place = bury(topic, '{"text": "Grüße"}'.encode(), reason="effect_failed", error=stack)
    shown = ops_json("dead-letters", "show", place)
    headers = dict(shown["headers"])
    assert shown["value"] == '{"text": "Grüße"}'
    assert (shown["encoding"], shown["key"]) == ("utf-8", "user-1")
    assert headers.pop("failed-at") <= iso(utc_now())
    assert headers == {
        "reason": "effect_failed",
        "error": stack,
        "source-topic": topic,
        "source-partition": "2",
        "source-offset": "17",
    }
    text = ops("dead-letters", "show", place).stdout
    assert f"error: {stack}\n" in text
    assert text.endswith('\n\n{"text": "Grüße"}\n')


def test_bytes_that_are_not_utf_8_are_shown_in_hex(ops: Ops, ops_json: OpsJson, topic: str, bury: Bury) -> None:
    place = bury(topic, NOT_UTF8)
    shown = ops_json("dead-letters", "show", place)
    assert (shown["encoding"], bytes.fromhex(shown["value"])) == ("hex", NOT_UTF8)
    assert ops("dead-letters", "show", place).stdout.endswith(f"\n{NOT_UTF8.hex()}\n")


def test_a_dead_letter_cannot_control_the_terminal(ops: Ops, ops_json: OpsJson, topic: str, bury: Bury) -> None:
    place = bury(topic, b"\x1b[2Jgone")
    assert ops("dead-letters", "show", place).stdout.endswith("\n\\x1b[2Jgone\n")
    assert ops_json("dead-letters", "show", place)["value"] == "\x1b[2Jgone"


def test_replay_sends_the_bytes_to_the_source_topic(
    ops_json: OpsJson, topic: str, bury: Bury, records: Callable[[], list[Record]], publish: Publish
) -> None:
    publish(topic, b"there before")
    place = bury(topic, NOT_UTF8)
    assert ops_json("dead-letters", "replay", place) == {"replayed": 1, "withoutSourceTopic": []}
    [replayed] = [record for record in records() if record.value != b"there before"]
    assert (replayed.key, replayed.value) == (b"user-1", NOT_UTF8)
    assert list(replayed.headers) == [("replayed-from", f"{DEAD_LETTER}:{place}".encode())]


def test_replay_takes_places_ranges_and_all(
    ops: Ops, ops_json: OpsJson, topic: str, bury: Bury, records: Callable[[], list[Record]], publish: Publish
) -> None:
    publish(topic, b"there before")
    # They have one key, so they follow each other in one partition.
    places = [bury(topic, f"{number}".encode(), reason=f"reason_{number % 2}") for number in range(4)]
    partition, first = places[0].split(":")
    last = places[-1].split(":")[1]
    only_mine = ["--source-topic", topic]

    listed = ops_json("dead-letters", "replay", f"{partition}:{first}-{last}", *only_mine, "--dry-run")
    assert [f"{letter['partition']}:{letter['offset']}" for letter in listed] == places
    assert ops_json("dead-letters", "replay", places[3], places[1])["replayed"] == 2
    assert ops_json("dead-letters", "replay", f"{partition}:{first}-{last}", *only_mine)["replayed"] == 4
    assert ops("dead-letters", "replay", "--all", *only_mine).stdout == "4 dead letters were replayed.\n"
    assert ops_json("dead-letters", "replay", "--all", *only_mine, "--reason", "reason_1")["replayed"] == 2
    values = [(record.value or b"").decode() for record in records() if record.value != b"there before"]
    assert sorted(values) == sorted(["3", "1", "0", "1", "2", "3", "0", "1", "2", "3", "1", "3"])
    if publish(topic, b"there before")[0] == 0:  # there is an order within a single partition
        assert values == ["3", "1", "0", "1", "2", "3", "0", "1", "2", "3", "1", "3"]


def test_replay_gives_an_effect_once(
    ops_json: OpsJson,
    bury: Bury,
    user_id: str,
    mongodb: Database[dict[str, Any]],
    wait_for_the_consumer: Callable[[], None],
) -> None:
    event = new_event("PROFILE_VIEW", user_id, utc_now, viewedUserId=user_id)
    place = bury("analytics-events", encode(event), reason="effect_failed")

    def counted() -> int:
        day = mongodb.analytics_daily.find_one({"_id": event.timestamp[:10]}) or {"counts": {}}
        return int(day["counts"].get("PROFILE_VIEW", 0))

    wait_for_the_consumer()
    before = counted()
    ops_json("dead-letters", "replay", place, place)
    ops_json("dead-letters", "replay", place)
    wait_for_the_consumer()
    assert mongodb.processed_events.count_documents({"_id": event.eventId}) == 1
    assert counted() == before + 1


def test_dead_letters_without_a_source_topic_are_named_and_the_others_replayed(
    ops: Ops, topic: str, bury: Bury, publish: Publish, records: Callable[[], list[Record]]
) -> None:
    publish(topic, b"there before")
    homeless = [
        "{}:{}".format(*publish(DEAD_LETTER, b"from nowhere")),
        "{}:{}".format(*publish(DEAD_LETTER, b"x", headers=[("source-topic", b"no-such-topic")])),
        "{}:{}".format(*publish(DEAD_LETTER, b"x", headers=[("source-topic", DEAD_LETTER.encode())])),
    ]
    place = bury(topic, b"home")
    result = ops("dead-letters", "replay", *homeless, place, code=1)
    assert result.stdout == "1 dead letters were replayed.\n"
    assert result.stderr == f"Error: Their source topic is not known, or is gone: {', '.join(homeless)}.\n"
    assert b"home" in [record.value for record in records()]


def test_an_unknown_dead_letter_is_an_error(ops: Ops) -> None:
    assert "There is no such dead letter: partition 0 holds" in ops("dead-letters", "show", "0:99999999", code=1).stderr
    assert "There is no such dead letter" in ops("dead-letters", "replay", "999:0", code=1).stderr


@pytest.mark.parametrize("arguments", [[], ["0:1", "--all"], ["0"], ["0:5-3"], ["0:1-"], ["a:b"]])
def test_wrong_arguments_of_replay_are_refused(ops: Ops, arguments: list[str]) -> None:
    ops("dead-letters", "replay", *arguments, code=2)
