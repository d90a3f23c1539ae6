"""`events` shows the events of a topic as they come, and replays them."""

import json
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib.clock import iso, milliseconds, utc_now
from chalicelib.events.envelope import Envelope, encode, new_event
from tests.support.kafka_access import KAFKA_IS_REAL
from tests.tooling.ops.fixture_types import Ops, OpsJson, Publish
from tests.tooling.ops.following import following

ADA, BOB = "a" * 24, "b" * 24


@pytest.fixture
def some_events(topic: str, publish: Publish) -> list[Envelope]:
    """Events of Ada's and Bob's in a topic of the test's own, under one key and so in one partition."""
    made = [
        new_event("USER_LOGIN", ADA, utc_now, ip="127.0.0.1"),
        new_event("USER_LOGIN", BOB, utc_now),
        new_event("A_NEW_TYPE", ADA, utc_now),
    ]
    for event in made:
        publish(topic, encode(event))
    return made


# librdkafka's in-process broker makes four partitions, and knows no offsets by time.
FROM_THE_BEGINNING = [word for number in range(1 if KAFKA_IS_REAL else 4) for word in ("--from", f"{number}:0")]


def ids(result: str) -> list[str]:
    return [json.loads(line)["event"]["eventId"] for line in result.splitlines()]


def test_tail_shows_the_events_of_a_topic(ops: Ops, topic: str, some_events: list[Envelope]) -> None:
    lines = ops("events", "tail", "--topic", topic, "--from-beginning", "--limit", "3").stdout.splitlines()
    for line, event in zip(lines, some_events, strict=True):
        assert line.startswith(event.timestamp)
        assert f" {topic}:" in line
        assert f" {event.eventType} " in line
        assert f" {event.userId} " in line
    assert lines[0].endswith('{"ip":"127.0.0.1"}')


def test_tail_as_json_is_one_document_a_line(ops: Ops, topic: str, some_events: list[Envelope]) -> None:
    output = ops("events", "tail", "--topic", topic, "--from-beginning", "--limit", "3", "--json").stdout
    assert ids(output) == [event.eventId for event in some_events]
    first = json.loads(output.splitlines()[0])
    assert (first["topic"], first["offset"], first["event"]["data"]) == (topic, 0, {"ip": "127.0.0.1"})


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--user", ADA, "--limit", "2"], [0, 2]),
        (["--type", "A_NEW_TYPE", "--limit", "1"], [2]),
        (["--type", "USER_LOGIN", "--type", "A_NEW_TYPE", "--user", ADA, "--limit", "2"], [0, 2]),
    ],
)
def test_tail_filters(
    ops: Ops, topic: str, some_events: list[Envelope], arguments: list[str], wanted: list[int]
) -> None:
    output = ops("events", "tail", "--topic", topic, "--from-beginning", "--json", *arguments).stdout
    assert ids(output) == [some_events[index].eventId for index in wanted]


def test_tail_shows_a_record_that_is_not_an_event(ops: Ops, topic: str, publish: Publish) -> None:
    publish(topic, b"{")
    tail = ("events", "tail", "--topic", topic, "--from-beginning", "--limit", "1")
    assert "not an event" in ops(*tail).stdout
    assert json.loads(ops(*tail, "--json").stdout)["event"] is None


def test_tail_follows_until_it_is_interrupted(
    environment: dict[str, str], topic: str, some_events: list[Envelope], publish: Publish
) -> None:
    with following(environment, "events", "tail", "--topic", topic, "--from-beginning", "--json") as tailing:
        assert tailing.stdout is not None
        earlier = "".join(tailing.stdout.readline() for _ in some_events)
        later = new_event("USER_LOGOUT", ADA, utc_now)
        publish(topic, encode(later))
        assert ids(earlier + tailing.stdout.readline()) == [event.eventId for event in [*some_events, later]]
        tailing.send_signal(signal.SIGINT)
        rest, errors = tailing.communicate(timeout=10)
    assert (tailing.returncode, rest, errors) == (0, "", "")


def replay(topic: str, *more: str) -> tuple[str, ...]:
    return ("events", "replay", "--topic", topic, *more)


def test_replay_publishes_the_same_bytes_once_more(
    ops: Ops, ops_json: OpsJson, topic: str, some_events: list[Envelope], publish: Publish
) -> None:
    publish(topic, b"{")
    again = replay(topic, *FROM_THE_BEGINNING)
    assert ops_json(*again, "--dry-run") == {"published": 3, "passedOver": {"notAnEvent": 1}, "dryRun": True}
    assert ops_json(*again, "--user", ADA, "--yes") == {"published": 2, "passedOver": {}, "dryRun": False}
    output = ops("events", "tail", "--topic", topic, "--from-beginning", "--limit", "6", "--json").stdout
    assert [json.loads(line)["event"] for line in output.splitlines()][4:] == [
        json.loads(encode(some_events[0])),
        json.loads(encode(some_events[2])),
    ]
    # A replay skips replayed events, or it would grow with each replay.
    assert ops_json(*again, "--user", ADA, "--yes")["passedOver"] == {"copy": 2}


def test_replay_asks_first(ops: Ops, topic: str, some_events: list[Envelope]) -> None:
    again = replay(topic, *FROM_THE_BEGINNING)
    refused = ops(*again, answer="n\n", code=1)
    assert f"Publish up to {len(some_events)} events of {topic} again?" in refused.stderr
    assert ops(*again, answer="y\n").stdout == "3 events were published again.\n"


@pytest.fixture
def count(ops_json: OpsJson, topic: str) -> Callable[..., int]:
    """A function that returns how many events a replay of the test's own topic would publish."""
    return lambda *where: int(ops_json(*replay(topic, *where, "--dry-run"))["published"])


@pytest.mark.usefixtures("some_events")
def test_replay_from_offset_to_offset(ops_json: OpsJson, topic: str, count: Callable[..., int]) -> None:
    partition = ops_json("events", "tail", "--topic", topic, "--from-beginning", "--limit", "1")["partition"]
    assert count("--from", f"{partition}:1") == 2
    assert count("--from", f"{partition}:1", "--to", f"{partition}:2") == 1
    assert count("--from", f"{partition}:2", "--to", f"{partition}:1") == 0
    assert count("--from", f"{partition}:0", "--to", f"{partition}:99") == 3
    assert count("--from", f"{partition}:0", "--type", "USER_LOGIN") == 2


@pytest.mark.real_kafka
@pytest.mark.usefixtures("some_events")
def test_replay_from_time_to_time(topic: str, publish: Publish, count: Callable[..., int]) -> None:
    times = [iso(utc_now() + timedelta(minutes=minutes)) for minutes in (-1, 1, 3)]
    in_two_minutes = milliseconds(utc_now() + timedelta(minutes=2))
    publish(topic, encode(new_event("USER_LOGIN", ADA, utc_now)), timestamp_ms=in_two_minutes)
    assert count("--from", times[0]) == 4
    assert count("--from", times[0], "--to", times[1]) == 3
    assert count("--from", times[1]) == 1
    assert count("--from", times[2]) == 0
    assert count("--from", times[0], "--to", "0:2") == 2
    assert count("--from", "2020-01-01", "--to", "2020-01-02") == 0


def test_replay_skips_events_that_the_consumer_may_have_forgotten(
    ops_json: OpsJson, topic: str, publish: Publish
) -> None:
    for days in (6.9, 7.1):
        written = utc_now() - timedelta(days=days)
        event = new_event("USER_LOGIN", ADA, lambda written=written: written)  # type: ignore[misc] # a bound default
        publish(topic, encode(event), timestamp_ms=milliseconds(written))
    counted = ops_json(*replay(topic, *FROM_THE_BEGINNING, "--dry-run"))
    assert counted == {"published": 1, "passedOver": {"tooOld": 1}, "dryRun": True}


def test_a_replayed_event_has_no_second_effect(
    ops_json: OpsJson,
    publish: Publish,
    user_id: str,
    mongodb: Database[dict[str, Any]],
    wait_for_the_consumer: Callable[[], None],
) -> None:
    event = new_event("PROFILE_VIEW", user_id, utc_now, viewedUserId=user_id)

    def counted() -> int:
        day = mongodb.analytics_daily.find_one({"_id": event.timestamp[:10]}) or {"counts": {}}
        return int(day["counts"].get("PROFILE_VIEW", 0))

    partition, offset = publish("analytics-events", encode(event))
    wait_for_the_consumer()
    before = counted()
    assert mongodb.processed_events.count_documents({"_id": event.eventId}) == 1
    again = replay("analytics-events", "--from", f"{partition}:{offset}", "--user", user_id, "--yes")
    assert ops_json(*again)["published"] == 1
    wait_for_the_consumer()
    assert counted() == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--topic", "user-events"], 2),
        (["--topic", "user-events", "--from", "yesterday"], 2),
        (["--topic", "user-events", "--from", "2020-01-01", "--from", "0:1"], 2),
        (["--topic", "user-events", "--from", "99:1"], 1),
        (["--topic", "user-events", "--from", "0:1", "--to", "99:1"], 1),
        (["--topic", "no-such-topic", "--from", "0:1"], 1),
        (["--topic", "user-events", "--from", "0:1", "--user", "ada"], 2),
    ],
)
def test_wrong_arguments_of_replay_are_refused(ops: Ops, arguments: list[str], code: int) -> None:
    ops("events", "replay", "--dry-run", *arguments, code=code)
