"""What all commands share: how they find the servers, and how they report errors."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from infra.local.running import RunningSystem
from infra.local.state import StateDirectory
from infra.ops import servers
from infra.ops.__main__ import main
from infra.ops.kafka_clients import Record
from infra.ops.topic_log import Offsets, TopicLog
from tests.tooling.ops.fixture_types import Ops

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


def test_without_variables_the_system_of_this_checkout_is_used(
    ops: Ops, system: RunningSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "StateDirectory", lambda: system.state)
    result = ops("lag", "--json", **NOWHERE)
    assert result.stderr == f"The servers are those that run from {system.state.path}.\n"
    # Once one variable is set, all must be: the commands never mix two systems.
    assert ops("lag", code=1, **{**NOWHERE, "REDIS_URL": "redis://127.0.0.1:9/0"}).stderr == (
        "Error: MONGODB_URI is not set.\n"
    )


def test_without_variables_and_without_a_system_the_first_variable_is_named(
    ops: Ops, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "StateDirectory", lambda: StateDirectory(tmp_path))
    assert ops("lag", code=1, **NOWHERE).stderr == "Error: REDIS_URL is not set.\n"


def test_an_interrupt_is_quiet(ops: Ops, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_self: TopicLog, _offsets: Offsets) -> Iterator[Record]:
        raise KeyboardInterrupt

    monkeypatch.setattr(TopicLog, "read", interrupted)
    assert ops("dead-letters", "list", code=130).output == ""
