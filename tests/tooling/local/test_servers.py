"""The local servers keep their data, and come back after they were killed."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from infra.local.processes import read_processes
from infra.local.running import Running, running_servers
from tests.support.waiting import eventually
from tests.tooling.local.ending import wait_for_end
from tests.tooling.local.stores import KafkaStore, MongoStore, RedisStore, Store, every_store


@every_store
def test_a_killed_server_comes_back_with_its_data(servers: Running, store: Store) -> None:
    store.write(servers.environment, "before the kill")
    killed = servers.entry(store.name).pid

    os.kill(killed, signal.SIGKILL)

    announcement = f"{store.name} is ready"
    eventually(lambda: servers.log.read_text().count(announcement) == 2, what=announcement)
    assert store.read(servers.environment) == ["before the kill"]
    assert servers.entry(store.name).pid != killed


def test_data_and_ports_outlive_a_stop_and_a_crash(tmp_path: Path, no_servers_named: Mapping[str, str]) -> None:
    stores: list[Store] = [RedisStore(), MongoStore()]
    with running_servers(tmp_path, no_servers_named) as first:
        if "KAFKA_API_VERSION" not in first.environment:  # the in-process broker keeps nothing
            stores.append(KafkaStore())
        for store in stores:
            store.write(first.environment, "first")
    assert not (tmp_path / "processes.json").exists()

    with running_servers(tmp_path, no_servers_named) as second:
        assert second.environment == first.environment
        for store in stores:
            store.write(second.environment, "second")
        children = [entry.pid for entry in read_processes(second.state)]
        second.supervisor.kill()
        wait_for_end(*children)
    assert (tmp_path / "processes.json").exists()  # it is stale, as are the lock and the environment
    for damaged in tmp_path.glob("kafka/storage/meta.properties"):  # as a crash of the machine may leave it
        damaged.write_bytes(b"\0" * 100)

    with running_servers(tmp_path, no_servers_named) as third:
        for store in stores:
            assert store.read(third.environment) == ["first", "second"]


def test_mongodb_keeps_its_data_on_another_port(
    tmp_path: Path, servers: Running, no_servers_named: Mapping[str, str]
) -> None:
    environ = {**no_servers_named, **servers.environment}
    del environ["MONGODB_URI"]
    store = MongoStore()
    with running_servers(tmp_path, environ) as first:
        store.write(first.environment, "kept")
    (tmp_path / "ports.json").unlink()

    with running_servers(tmp_path, environ) as second:
        assert second.environment["MONGODB_URI"] != first.environment["MONGODB_URI"]
        store.write(second.environment, "written")
        assert store.read(second.environment) == ["kept", "written"]
