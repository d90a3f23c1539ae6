"""Poison of five kinds is kept with its bytes, does not stop its partition, and can be replayed after a fix."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaProducer

from chalicelib.clock import utc_now
from chalicelib.events.envelope import Envelope, encode, new_event
from chalicelib.events.topics import DEAD_LETTER
from infra.local.applications import consumer
from infra.local.running import running_servers
from infra.local.state import CHECKOUT
from tests.resilience.faults.books import Auditor, auditing
from tests.support.controlled import Controlled, controlled
from tests.support.waiting import eventually

TOPIC = "analytics-events"
PARTITION = 1
KEY = b"\xff not UTF-8"
PATIENCE = 30.0


def profile_view(viewed: str = "b" * 24) -> Envelope:
    return new_event("PROFILE_VIEW", "a" * 24, utc_now, viewedUserId=viewed)


FAILING = profile_view()
POISON = {
    "not_json": b"\x80 this is no JSON",
    "wrong_shape": b'{"eventId": "1", "eventType": "PROFILE_VIEW"}',
    "unsupported_version": encode(msgspec.structs.replace(profile_view(), version=2)),
    "too_large": encode(profile_view("v" * 1_040_000)),
    "effect_failed": encode(FAILING),
}
"""{reason: a record that is given it}. A record of a topic may have 1 MiB."""


@dataclass(frozen=True)
class Scene:
    auditor: Auditor
    broken: Controlled
    fixed: Controlled
    environment: dict[str, str]
    offsets: dict[str, int]
    """The offset of each poison record, by its reason."""
    good: int
    """How many events between them are not poison."""


@pytest.fixture(scope="module")
def scene(directory: Path, no_servers: dict[str, str]) -> Iterator[Scene]:
    """A consumer with an effect that fails for one event has read a partition with poison to its end."""
    with running_servers(directory, no_servers) as servers, auditing(servers.environment) as auditor:
        environment = os.environ | servers.environment
        fixed = replace(consumer(environment, health_port=0), name="fixed")
        command = [sys.executable, "-m", "tests.resilience.faults.breaking_consumer", FAILING.eventId]
        broken = replace(fixed, name="broken", argv=command)
        offsets, good = produce(servers.environment["KAFKA_BOOTSTRAP_SERVERS"])
        with controlled([broken, fixed], directory, started=1) as [broken_process, fixed_process]:
            eventually(lambda: auditor.lag() == 0, seconds=PATIENCE, what="no lag")
            yield Scene(auditor, broken_process, fixed_process, environment, offsets, good)


def produce(servers: str) -> tuple[dict[str, int], int]:
    """Publishes each poison record, with a good event before each of them and after the last.

    Returns {reason: offset}, and the number of good events.
    """
    producer = KafkaProducer(bootstrap_servers=servers.split(","))
    offsets: dict[str, int] = {}
    for reason, value in POISON.items():
        producer.send(TOPIC, key=KEY, value=encode(profile_view()), partition=PARTITION)
        offsets[reason] = producer.send(TOPIC, key=KEY, value=value, partition=PARTITION).get(PATIENCE).offset
    producer.send(TOPIC, key=KEY, value=encode(profile_view()), partition=PARTITION).get(PATIENCE)
    producer.close()
    return offsets, len(POISON) + 1


@pytest.mark.parametrize("reason", POISON)
def test_poison_is_kept_with_its_bytes_and_its_source(scene: Scene, reason: str) -> None:
    letters = [
        (letter, headers)
        for letter in scene.auditor.records(DEAD_LETTER)
        if (headers := {name: value.decode() for name, value in letter.headers})["reason"] == reason
    ]
    [(letter, headers)] = letters
    assert letter.value == POISON[reason]
    assert letter.key == KEY
    source = [headers[f"source-{part}"] for part in ("topic", "partition", "offset")]
    assert source == [TOPIC, str(PARTITION), str(scene.offsets[reason])]
    assert headers["error"]
    assert headers["failed-at"].endswith("Z")


def test_the_partition_goes_on_after_poison(scene: Scene) -> None:
    assert scene.auditor.lag() == 0
    assert scene.auditor.counts() == {"PROFILE_VIEW": scene.good}


def test_a_replay_after_a_fix_has_its_effect_once(scene: Scene) -> None:
    assert scene.broken.stop() == 0
    scene.fixed.start()
    replay = [sys.executable, "-m", "infra.ops", "dead-letters", "replay", "--all", "--reason", "effect_failed"]
    for _ in range(2):
        subprocess.run(replay, cwd=CHECKOUT, env=scene.environment, check=True, timeout=PATIENCE)
    eventually(lambda: scene.auditor.lag() == 0, seconds=PATIENCE, what="no lag")
    assert scene.auditor.counts() == {"PROFILE_VIEW": scene.good + 1}
    assert len(list(scene.auditor.records(DEAD_LETTER))) == len(POISON)
