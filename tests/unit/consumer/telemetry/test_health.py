"""The consumer's health server, and where it listens."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from chalicelib.consumer.telemetry.health import HealthServer
from chalicelib.consumer.telemetry.state import ConsumerState
from chalicelib.errors import SettingsError


@pytest.fixture(params=["127.0.0.1", "::1", "localhost"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, HealthServer]]:
    host: str = request.param
    try:
        server = HealthServer(host, 0, ConsumerState())
    except SettingsError:
        if host != "::1" or _has_ipv6():
            raise
        pytest.skip("this machine has no IPv6")
    server.start()
    yield host, server
    server.close()


def _has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True


def test_it_listens_on_names_and_on_addresses_of_either_kind(server: tuple[str, HealthServer]) -> None:
    host, health = server
    written = f"[{host}]" if ":" in host else host
    assert httpx.get(f"http://{written}:{health.port}/live", trust_env=False).status_code in {200, 503}


def test_an_address_where_nothing_can_listen_is_a_wrong_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for host, port in (("127.0.0.1", taken.getsockname()[1]), ("203.0.113.1", 0), ("no-such-host.invalid", 0)):
            with pytest.raises(SettingsError, match=r"^HEALTH_ADDRESS is wrong: nothing can listen there \(.+\)\.$"):
                HealthServer(host, port, ConsumerState())
