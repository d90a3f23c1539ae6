"""The servers that the commands work on, each connected at first use."""

import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack, closing
from functools import cached_property
from typing import Self, cast

import click
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from redis import Redis

from chalicelib.clients.kafka.options import kafka_options
from chalicelib.settings import Settings
from chalicelib.settings.addresses import host_and_port
from chalicelib.settings.kafka import KafkaSettings
from chalicelib.wiring import Wiring, load_settings
from infra.local.environment import of_running_servers
from infra.local.state import StateDirectory
from infra.ops.kafka_clients import Admin, Producer
from infra.ops.redis_access import opened_redis
from infra.ops.topic_log import TopicLog

_CONNECT_SECONDS = 5.0


class Servers:
    """A context manager that closes every opened connection at its end.

    Every member may raise SettingsError; those of Kafka also KafkaError, or click.ClickException if it is unreachable.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    @cached_property
    def settings(self) -> Settings:
        return load_settings(_environment())

    @cached_property
    def wiring(self) -> Wiring:
        return self._stack.enter_context(closing(Wiring(self.settings)))

    @cached_property
    def redis(self) -> Redis:
        """A separate connection, as a scan takes longer than a request may."""
        return self._stack.enter_context(opened_redis(self.settings.redis_url, decode_responses=True))

    @cached_property
    def admin(self) -> Admin:
        return cast("Admin", self._stack.enter_context(closing(KafkaAdminClient(**self._kafka_options))))

    @cached_property
    def producer(self) -> Producer:
        producer = KafkaProducer(
            **self._kafka_options,
            acks="all",
            enable_idempotence=True,
            # The largest records are dead letters; the brokers enforce their own limit on every other topic.
            max_request_size=2 * 1024 * 1024,
            max_block_ms=int(_CONNECT_SECONDS * 1000),
        )
        return cast("Producer", self._stack.enter_context(closing(producer)))

    def open_log(self, *, group: str | None = None) -> TopicLog:
        """Returns a reader that joins no consumer group; `group` is the one whose committed offsets it can look up."""
        consumer = KafkaConsumer(
            **self._kafka_options,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
        )
        return TopicLog(self._stack.enter_context(closing(consumer)))

    @cached_property
    def reachable_kafka(self) -> KafkaSettings:
        """The settings, after checking that a broker accepts connections: a client leaks its sockets otherwise."""
        self.require_kafka()
        return self.settings.kafka

    def require_kafka(self) -> None:
        """Raises click.ClickException where no broker accepts connections."""
        addresses = self.settings.kafka.bootstrap_servers
        if not any(_accepts(address) for address in addresses):
            raise click.ClickException(f"Kafka cannot be reached at {', '.join(addresses)}.")

    @cached_property
    def _kafka_options(self) -> dict[str, object]:
        return {
            **kafka_options(self.reachable_kafka),
            "client_id": "devconnect-ops",
            "bootstrap_timeout_ms": int(_CONNECT_SECONDS * 1000),
        }


def _environment() -> Mapping[str, str]:
    """Returns the process's own environment, or that of `make run`, but never a mixture of two systems."""
    state = StateDirectory()
    local = of_running_servers(state, os.environ)
    if not local:
        return os.environ
    click.echo(f"The servers are those that run from {state.path}.", err=True)
    return {**os.environ, **local}


def _accepts(address: str) -> bool:
    try:
        socket.create_connection(host_and_port(address), timeout=_CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
