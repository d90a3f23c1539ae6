"""Which servers are started, and when a start is refused."""

import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from chalicelib.events.topics import TOPICS
from infra.local.__main__ import main
from infra.local.processes import is_running, read_processes
from infra.local.running import Running, running_servers
from infra.provision.topics import create_topics
from tests.support.kafka_access import kafka_arguments, kafka_settings
from tests.tooling.local.stores import KafkaStore


def local(*arguments: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs a command of `python -m infra.local` that ends by itself."""
    command = [sys.executable, "-m", "infra.local", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=15, check=False)


def test_servers_named_by_their_variables_are_neither_started_nor_stopped(tmp_path: Path, servers: Running) -> None:
    named = ("REDIS_URL", "MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS")

    with running_servers(tmp_path, servers.environment) as second:
        assert read_processes(second.state) == []
        assert {name: second.environment[name] for name in named} == {name: servers.environment[name] for name in named}

    assert all(is_running(entry.pid) for entry in read_processes(servers.state))


def test_without_java_the_in_process_broker_serves_kafka_python(tmp_path: Path, servers: Running) -> None:
    environ = {**servers.environment, "PATH": ""}
    del environ["KAFKA_BOOTSTRAP_SERVERS"]
    store = KafkaStore()

    with running_servers(tmp_path, environ) as without_java:
        assert "apt install openjdk-17-jre-headless maven" in without_java.log.read_text()
        assert without_java.environment["KAFKA_API_VERSION"] == "2.3"
        store.write(without_java.environment, "an event")
        assert store.read(without_java.environment) == ["an event"]


@pytest.mark.real_kafka
def test_the_topics_have_their_partitions_and_retention(servers: Running) -> None:
    assert create_topics(kafka_settings(servers.environment)) == []  # all topics exist

    names = [topic.name for topic in TOPICS]
    admin = KafkaAdminClient(**kafka_arguments(servers.environment))
    try:
        partitions = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(names)}
        configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    finally:
        admin.close()
    retention = {name: int(config["retention.ms"]["value"]) for name, config in configs["topic"].items()}
    day = 24 * 60 * 60 * 1000
    assert partitions == dict.fromkeys(names, 3)
    assert retention == dict.fromkeys(names, 7 * day) | {"dead-letter": 30 * day}


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path, no_servers_named: Mapping[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = local("run", "--state-dir", str(tmp_path), environ={**no_servers_named, "REST_PORT": str(port)})

    assert result.returncode == 1
    assert f"Port {port} is taken" in result.stderr
    assert "REST_PORT" in result.stderr
    assert list((tmp_path / "log").iterdir()) == []


@pytest.mark.parametrize("port", ["70000", "-1", "0", "none"])
@pytest.mark.parametrize("variable", ["REST_PORT", "WEBSOCKET_PORT"])
def test_a_port_that_is_none_is_named(tmp_path: Path, variable: str, port: str) -> None:
    result = CliRunner().invoke(main, ["run", "--state-dir", str(tmp_path)], env={variable: port})
    assert result.exit_code == 2
    assert f"(env var: '{variable}')" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_equal_ports_are_refused(tmp_path: Path) -> None:
    ports = {"REST_PORT": "8123", "WEBSOCKET_PORT": "8123"}
    result = CliRunner().invoke(main, ["run", "--state-dir", str(tmp_path)], env=ports)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: REST_PORT and WEBSOCKET_PORT are both 8123: set one of them to another port.\n",
    )


def test_a_second_start_on_the_same_state_is_refused(servers: Running) -> None:
    result = local("servers", "--state-dir", str(servers.state.path), environ=servers.environment)

    assert result.returncode == 1
    assert "already runs" in result.stderr
    assert all(is_running(entry.pid) for entry in read_processes(servers.state))


def test_ps_lists_the_running_processes(servers: Running, tmp_path: Path) -> None:
    result = local("ps", "--json", "--state-dir", str(servers.state.path), environ=servers.environment)
    rows = json.loads(result.stdout)

    assert [row["name"] for row in rows] == ["redis", "mongodb", "kafka"]
    assert all(row["alive"] and Path(row["log"]).is_file() for row in rows)
    assert rows[0]["address"] == servers.environment["REDIS_URL"]
    nothing = local("ps", "--state-dir", str(tmp_path), environ=servers.environment)
    assert nothing.stdout == f"Nothing runs from {tmp_path}.\n"
