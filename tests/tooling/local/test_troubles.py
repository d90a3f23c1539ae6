"""Troubles of a machine: damaged files, a full disk, a port that somebody else has taken. The servers come back."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from infra.local.__main__ import main
from infra.local.errors import LocalError
from infra.local.ports import free_port, remembered_ports
from infra.local.process import Child, Process
from infra.local.processes import read_processes
from infra.local.running import Running, running_servers
from infra.local.servers.kafka import kafka_java
from infra.local.servers.redis import redis
from infra.local.state import StateDirectory
from infra.local.supervised import Supervised
from tests.support.waiting import eventually
from tests.tooling.local.stores import MongoStore

GARBAGE = [
    b"",
    b"\0" * 100,
    b"{",
    b"[1, 2]",
    b'{"redis": "here"}',
    b'{"redis": 70000}',
    b'{"redis": null}',
    b"\xff\xfe",
]


@pytest.fixture
def all_but_mongodb(servers: Running, no_servers_named: Mapping[str, str]) -> dict[str, str]:
    """An environment that names Redis and Kafka, so that MongoDB alone is started."""
    environ = {**no_servers_named, **servers.environment}
    del environ["MONGODB_URI"]
    return environ


@pytest.mark.parametrize("content", GARBAGE)
def test_damaged_notes_of_ports_and_processes_are_made_again(tmp_path: Path, content: bytes) -> None:
    state = StateDirectory(tmp_path)
    state.ports.write_bytes(content)
    state.processes.write_bytes(content)
    ports = remembered_ports(state.ports, ["redis"])
    assert 1 <= ports["redis"] <= 65_535
    assert msgspec.json.decode(state.ports.read_bytes()) == ports
    with state.in_use():
        assert read_processes(state) == []


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 64, b"\xff" * 64])
def test_a_damaged_secret_is_made_again(tmp_path: Path, content: bytes) -> None:
    state = StateDirectory(tmp_path)
    (tmp_path / "jwt-secret").write_bytes(content)
    secret = state.jwt_secret()
    assert len(secret) == 64
    assert state.jwt_secret() == secret


def started(one: Supervised) -> list[str]:
    """Starts the child until it is ready, and returns what was said about its deaths before."""
    said: list[str] = []

    def is_ready() -> bool:
        if one.process is None:
            one.launch()
        elif not one.becomes_ready() and has_ended(one.process):
            said.append(one.bury())
        return one.ready

    eventually(is_ready, what=one.child.name)
    return said


def has_ended(process: Process) -> bool:
    return os.waitid(os.P_PIDFD, process.descriptor, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def test_a_damaged_append_only_file_is_set_aside_and_redis_starts_empty(tmp_path: Path) -> None:
    one = Supervised(redis(tmp_path, free_port()), tmp_path / "log")
    assert started(one) == []
    one.send(signal.SIGTERM)
    one.reap()
    damaged = next(path for path in tmp_path.iterdir() if path.name.startswith("appendonly"))
    newest = max(damaged.iterdir()) if damaged.is_dir() else damaged
    newest.write_bytes(b"\0" * 100)
    [said] = started(one)
    try:
        assert f"It is set aside as {damaged}.damaged, and Redis starts empty." in said
        assert damaged.with_name(f"{damaged.name}.damaged").exists()
    finally:
        one.send(signal.SIGKILL)
        one.reap()


@pytest.mark.real_kafka
def test_a_damaged_archive_of_classes_keeps_no_jvm_from_starting(tmp_path: Path) -> None:
    java = kafka_java()
    option = next(word for word in java if word.startswith("-XX:SharedArchiveFile="))
    content = Path(option.partition("=")[2]).read_bytes()
    damaged, middle = tmp_path / "damaged.jsa", len(content) // 2
    damaged.write_bytes(content[:middle] + b"\0" * 4096 + content[middle + 4096 :])
    command = [word.replace(option, f"-XX:SharedArchiveFile={damaged}") for word in java]
    subprocess.run([*command, "kafka.tools.StorageTool", "random-uuid"], check=True, capture_output=True)


def test_a_program_that_cannot_be_run_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "redis-server"
    empty.touch(mode=0o755)
    one = Supervised(Child(name="redis", argv=[str(empty)], address="", ready=lambda _: False), tmp_path / "log")
    with pytest.raises(LocalError, match=rf"^redis cannot be started: {empty}: Exec format error\.$"):
        one.launch()


def test_a_state_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(main, ["servers", "--state-dir", str(tmp_path / "file" / "state")])
    assert result.exit_code == 1
    assert result.stderr == f"Error: [Errno 20] Not a directory: '{tmp_path / 'file' / 'state'}'\n"


def test_mongodb_comes_back_although_somebody_silent_listens_on_its_former_port(
    tmp_path: Path, all_but_mongodb: dict[str, str]
) -> None:
    store = MongoStore()
    with running_servers(tmp_path, all_but_mongodb) as first:
        store.write(first.environment, "kept")
    former = remembered_ports(tmp_path / "ports.json", ["mongodb"])["mongodb"]
    with (
        socket.create_server(("127.0.0.1", former)),
        running_servers(tmp_path, all_but_mongodb) as second,
    ):
        assert str(former) not in second.environment["MONGODB_URI"]
        assert store.read(second.environment) == ["kept"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, on which MongoDB leaves some megabytes free."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=350m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file, suppress(OSError):  # no space is left
        while True:
            file.write(b"x" * 100_000)


def test_the_system_survives_a_full_disk_and_serves_again_once_there_is_space(
    small_disk: Path, all_but_mongodb: dict[str, str]
) -> None:
    store = MongoStore()
    with running_servers(small_disk / "state", all_but_mongodb) as running:
        store.write(running.environment, "before")
        fill(small_disk)
        # A process that dies meanwhile, as MongoDB does by itself sooner or later, cannot be listed when it is started.
        os.kill(running.entry("mongodb").pid, signal.SIGKILL)
        eventually(lambda: "cannot be written: No space left" in running.log.read_text(), what="the sentence")
        assert running.supervisor.poll() is None
        (small_disk / "filler").unlink()
        eventually(lambda: store.read(running.environment) == ["before"], what="MongoDB")
        store.write(running.environment, "after")
        assert store.read(running.environment) == ["before", "after"]
