"""The whole system, each process of which the soak may harm: no supervisor starts anything again."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib import settings
from infra.local.applications import consumer, gateway
from infra.local.environment import Ports, application_environment
from infra.local.ports import free_port
from infra.local.servers.redis import redis
from infra.local.state import StateDirectory
from infra.provision.indexes import create_indexes
from tests.support.brokers import running_cluster
from tests.support.controlled import Controlled, controlled
from tests.support.processes import descendants
from tests.support.replica_sets import running_replica_set
from tests.support.server_variables import without_servers
from tests.support.system import LOADED

PRESENCE_TTL_SECONDS = 120
CONSUMER_SECONDS = 90.0
"""Until a consumer has its partitions. A rebalance waits for a member that stalls for up to a minute: it has a batch in
hand, or died while it joined (`max_poll_interval_ms` of chalicelib/clients/kafka/consumer.py)."""

SETTINGS = {**LOADED, "PRESENCE_TTL_SECONDS": str(PRESENCE_TTL_SECONDS)}


@dataclass(frozen=True)
class SoakedSystem:
    environment: Mapping[str, str]
    rest_url: str
    websocket_url: str
    websocket_port: int
    redis: Controlled
    members: list[Controlled]
    brokers: list[Controlled]
    consumers: list[Controlled]
    gateway: Controlled

    @property
    def processes(self) -> list[Controlled]:
        return [self.redis, *self.members, *self.brokers, *self.consumers, self.gateway]

    def workers(self) -> set[int]:
        """The pids of the functions' processes. The gateway has one child, the zygote, which forks them."""
        return descendants(self.gateway.pid) - self.zygotes() if self.gateway.runs else set()

    def zygotes(self) -> set[int]:
        return {pid for pid in descendants(self.gateway.pid) if descendants(pid)}


@contextmanager
def soaked_system(directory: Path) -> Iterator[SoakedSystem]:
    """Starts Redis, three members of a MongoDB set, three brokers, two consumers and the gateway."""
    state = StateDirectory(directory / "state")
    rest_port, websocket_port = free_port(), free_port()
    with ExitStack() as stack:
        brokers, kafka_addresses = stack.enter_context(running_cluster(directory))
        members, mongodb_uri = stack.enter_context(running_replica_set(directory))
        redis_child = redis(state.data("redis"), free_port())
        [redis_server] = stack.enter_context(controlled([redis_child], directory))
        servers = {
            "REDIS_URL": redis_child.address,
            "MONGODB_URI": mongodb_uri,
            "KAFKA_BOOTSTRAP_SERVERS": kafka_addresses,
        }
        inherited = without_servers()
        environment = {
            **inherited,
            **application_environment(state, servers, Ports(rest_port, websocket_port), inherited),
            **SETTINGS,
        }
        create_indexes(settings.load(environment).mongodb_uri)
        front = gateway(rest_port, websocket_port, environment)
        back = replace(
            consumer(environment, health_port=0),
            argv=[sys.executable, "-m", "tests.soak.consumer"],
            start_timeout=CONSUMER_SECONDS,
        )
        applications = stack.enter_context(
            controlled(
                [
                    replace(front, argv=[*front.argv, "--no-reload"]),
                    replace(back, name="consumer-1"),
                    replace(back, name="consumer-2"),
                ],
                directory,
            )
        )
        yield SoakedSystem(
            environment=environment,
            rest_url=f"http://127.0.0.1:{rest_port}",
            websocket_url=f"ws://127.0.0.1:{websocket_port}",
            websocket_port=websocket_port,
            redis=redis_server,
            members=members,
            brokers=brokers,
            consumers=applications[1:],
            gateway=applications[0],
        )
