"""Endpoints that clients give lead to public hosts alone, whatever their names resolve to."""

import socket

import pytest

from chalicelib.consumer.web_push.push_service import ForbiddenAddressError, PushService, is_public


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    ],
)
def test_an_address_inside_is_not_public_however_it_is_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[object]:
    """Has every name lead to these addresses, and returns the connections that are attempted."""
    places = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    attempts: list[object] = []

    def connect(address: object, timeout: float) -> socket.socket:
        attempts.append((address, timeout))
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: places)
    monkeypatch.setattr(socket, "create_connection", connect)
    return attempts


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254", "8.8.8.8"]])
def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    attempts = resolving(monkeypatch, *addresses)
    with pytest.raises(ForbiddenAddressError):
        PushService(any_host=False).post("https://push.example.org/a", {}, b"")
    assert attempts == []


def test_the_connection_is_made_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts = resolving(monkeypatch, "8.8.8.8")
    with pytest.raises(ConnectionRefusedError):
        PushService(any_host=False).post("https://push.example.org/a", {}, b"")
    assert attempts == [(("8.8.8.8", 443), 3.0)]


@pytest.mark.parametrize(
    "endpoint",
    [
        *("http://push.example.org/a", "https://push.example.org:22/a", "https://user@push.example.org/a"),
        *("file:///etc/passwd", "https://push.example.org:99999/a", "https:///a"),
    ],
)
def test_an_endpoint_of_another_form_is_not_resolved(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    attempts = resolving(monkeypatch, "8.8.8.8")
    with pytest.raises(ForbiddenAddressError):
        PushService(any_host=False).post(endpoint, {}, b"")
    assert attempts == []
