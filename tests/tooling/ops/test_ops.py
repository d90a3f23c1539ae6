"""What all commands share: where the servers come from, and how errors are told."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

from infra.local.running import RunningSystem
from infra.local.state import StateDirectory
from infra.ops import servers
from infra.ops.__main__ import main
from infra.ops.kafka_clients import Record
from infra.ops.topic_log import Offsets, TopicLog
from tests.tooling.ops.fixture_types import Ops, OpsJson, Publish

NOWHERE = {"REDIS_URL": None, "MONGODB_URI": None, "KAFKA_BOOTSTRAP_SERVERS": None}


def every_command(group: click.Group = main, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield names
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, (*names, name))
        else:
            yield (*names, name)


@pytest.mark.parametrize("names", list(every_command()), ids=" ".join)
def test_every_command_has_help(ops: Ops, names: tuple[str, ...]) -> None:
    text = ops(*names, "--help", **NOWHERE).stdout
    usage, explanation = text.split("\n\n")[:2]
    assert usage.startswith(" ".join(("Usage: ops", *names)))
    assert explanation.strip().endswith(".")


@pytest.mark.parametrize(
    ("arguments", "variable", "address", "sentence"),
    [
        (["lag"], "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9", "Kafka cannot be reached at 127.0.0.1:9."),
        (["dead-letters", "list"], "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9", "Kafka cannot be reached at 127.0.0.1:9."),
        (["cache", "warm"], "MONGODB_URI", "mongodb://127.0.0.1:9/devconnect", "MongoDB cannot be reached."),
        (["cache", "warm"], "REDIS_URL", "redis://127.0.0.1:9/0", "Redis failed: "),
        (["cache", "clean", "session:none"], "REDIS_URL", "redis://127.0.0.1:9/0", "Redis failed: "),
        (["lag"], "REDIS_URL", "http://127.0.0.1", "REDIS_URL is wrong: "),
        (["lag"], "MONGODB_URI", "", "MONGODB_URI is not set."),
        (["events", "tail", "--topic", "no-such-topic"], "UNUSED", "", "There is no topic no-such-topic."),
    ],
)
def test_an_error_is_one_sentence(ops: Ops, arguments: list[str], variable: str, address: str, sentence: str) -> None:
    result = ops(*arguments, code=1, **{variable: address})
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {sentence}")
    assert result.stderr.count("\n") == 1


def with_wrong(url: str, *, user: str | None = None, scheme: str | None = None, database: str | None = None) -> str:
    parts = urlsplit(url)
    return parts._replace(
        scheme=scheme or parts.scheme,
        netloc=f"{user}@{parts.netloc}" if user else parts.netloc,
        path=f"/{database}" if database else parts.path,
    ).geturl()


@pytest.mark.parametrize("command", [["cache", "warm"], ["cache", "clean", "session:none"]])
@pytest.mark.parametrize(
    "wrong", [{"user": "nobody:wrong"}, {"scheme": "rediss"}, {"scheme": "redis+cluster"}, {"database": "99999"}]
)
def test_what_redis_refuses_is_one_sentence(
    ops: Ops, environment: dict[str, str], command: list[str], wrong: dict[str, str]
) -> None:
    result = ops(*command, code=1, REDIS_URL=with_wrong(environment["REDIS_URL"], **wrong))
    assert result.stderr.startswith("Error: Redis failed: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("mongodb://nobody:wrong@{host}/devconnect{query}", "MongoDB failed: Authentication failed."),
        ("mongodb://{host}/devconnect{query}&tls=true", "MongoDB cannot be reached."),
        ("mongodb+srv://no-such-name.invalid/devconnect", "MongoDB failed: "),
    ],
)
def test_what_mongodb_refuses_is_one_sentence(ops: Ops, environment: dict[str, str], wrong: str, sentence: str) -> None:
    parts = urlsplit(environment["MONGODB_URI"])
    uri = wrong.format(host=parts.netloc, query=f"?{parts.query}")
    result = ops("cache", "warm", code=1, MONGODB_URI=uri)
    assert result.stderr.startswith(f"Error: {sentence}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("option", ["--from", "--to"])
def test_a_time_before_kafkas_is_its_beginning(ops_json: OpsJson, topic: str, publish: Publish, option: str) -> None:
    publish(topic, b"not an event")
    limits = {"--from": "2000-01-01", option: "0001-01-01T00:00+14:00"}
    words = [word for pair in limits.items() for word in pair]
    replayed = ops_json("events", "replay", "--topic", topic, *words, "--dry-run")
    assert replayed["passedOver"] == ({"notAnEvent": 1} if option == "--from" else {})


def test_numbers_beyond_kafkas_are_refused(ops: Ops) -> None:
    for words in (["create", "--partitions", "99999999999"], ["create", "--replication-factor", "40000"]):
        assert "is not in the range" in ops("topics", *words, code=2).stderr
    assert "is not in the range" in ops("topics", "grow", "message-events", "99999999999", code=2).stderr


def test_without_variables_the_system_of_this_checkout_is_meant(
    ops: Ops, system: RunningSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "StateDirectory", lambda: system.state)
    result = ops("lag", "--json", **NOWHERE)
    assert result.stderr == f"The servers are those that run from {system.state.path}.\n"
    # One variable is enough: never a mixture of two systems.
    assert ops("lag", code=1, **{**NOWHERE, "REDIS_URL": "redis://127.0.0.1:9/0"}).stderr == (
        "Error: MONGODB_URI is not set.\n"
    )


def test_without_variables_and_without_a_system(ops: Ops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "StateDirectory", lambda: StateDirectory(tmp_path))
    assert ops("lag", code=1, **NOWHERE).stderr == "Error: REDIS_URL is not set.\n"


def test_an_interrupt_is_quiet(ops: Ops, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_self: TopicLog, _offsets: Offsets) -> Iterator[Record]:
        raise KeyboardInterrupt

    monkeypatch.setattr(TopicLog, "read", interrupted)
    assert ops("dead-letters", "list", code=130).output == ""
