"""The producer's ping, which is all that it does before it loads kafka-python."""

import socket

import pytest

from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.producer import Producer
from chalicelib.clock import utc_now
from chalicelib.settings.kafka import KafkaSettings


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_bootstrap_server_is_reached_by_either_kind_of_address(family: socket.AddressFamily, host: str) -> None:
    with socket.socket(family) as listener:
        try:
            listener.bind((host, 0))
        except OSError:
            pytest.skip("this machine has no such address")
        listener.listen()
        written = f"[{host}]" if ":" in host else host
        servers = (f"{written}:{listener.getsockname()[1]}",)
        assert Producer(KafkaSettings(bootstrap_servers=servers), Breaker(utc_now)).ping()
