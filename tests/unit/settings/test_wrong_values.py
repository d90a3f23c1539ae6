"""Values that can never work are refused, and what is checked is what is used."""

from pathlib import Path

import pytest
import redis

from chalicelib import settings
from chalicelib.errors import SettingsError
from tests.support.required_settings import REQUIRED_SETTINGS, SASL

CERTIFICATE = "-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://app.example.org/", "https://app.example.org"),
        ("https://app.example.org/login?x=1#y", "https://app.example.org"),
        ("HTTPS://App.Example.ORG", "https://app.example.org"),
        ("https://app.example.org:443", "https://app.example.org"),
        ("http://app.example.org:80", "http://app.example.org"),
        ("app.example.org", "https://app.example.org"),
        ("localhost:3000", "https://localhost:3000"),
        ("http://[0:0:0:0:0:0:0:1]:3000", "http://[::1]:3000"),
    ],
)
def test_an_origin_in_another_form_than_browsers_send_is_refused_with_the_form_to_write(
    written: str, sent: str
) -> None:
    with pytest.raises(SettingsError, match=r"^ALLOWED_ORIGINS is wrong: ") as raised:
        settings.load(REQUIRED_SETTINGS | {"ALLOWED_ORIGINS": f"https://other.example.org, {written}"})
    assert f"browsers send {sent}:" in str(raised.value)
    assert settings.load(REQUIRED_SETTINGS | {"ALLOWED_ORIGINS": sent}).allowed_origins == {sent}


@pytest.mark.parametrize(
    "origin",
    ["https://app.example.org:8443", "http://localhost:3000", "http://[::1]:8080", "capacitor://localhost"],
)
def test_an_origin_as_browsers_send_it_is_taken(origin: str) -> None:
    assert settings.load(REQUIRED_SETTINGS | {"ALLOWED_ORIGINS": origin}).allowed_origins == {origin}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "null"),
        ("ALLOWED_ORIGINS", "https://*.example.org"),
        ("ALLOWED_ORIGINS", "https://user@example.org"),
        ("ALLOWED_ORIGINS", "https://bücher.example"),
        ("ALLOWED_ORIGINS", "https://a.example https://b.example"),
        ("ALLOWED_ORIGINS", "https://a.example:0"),
        ("ALLOWED_ORIGINS", "wss://a.example"),
        ("ALLOWED_ORIGINS", "https://"),
        ("COOKIE_DOMAIN", "https://example.org"),
        ("COOKIE_DOMAIN", "example.org; Secure"),
        ("COOKIE_DOMAIN", "example.org\r\nSet-Cookie: a=b"),
        ("COOKIE_DOMAIN", "example.org:8000"),
        ("COOKIE_DOMAIN", ".example.org"),
        ("COOKIE_DOMAIN", "example.org/"),
        ("COOKIE_DOMAIN", "org"),
        ("COOKIE_DOMAIN", "127.0.0.1"),
        ("COOKIE_DOMAIN", "bücher.example"),
        ("KAFKA_BOOTSTRAP_SERVERS", "::1:9092"),
        ("KAFKA_BOOTSTRAP_SERVERS", "[::1]"),
        ("KAFKA_BOOTSTRAP_SERVERS", "[localhost]:9092"),
        ("KAFKA_BOOTSTRAP_SERVERS", "localhost:0"),
        ("KAFKA_BOOTSTRAP_SERVERS", "localhost:70000"),
        ("KAFKA_BOOTSTRAP_SERVERS", "PLAINTEXT://localhost:9092"),
        ("KAFKA_BOOTSTRAP_SERVERS", "a:1 b:2"),
        ("KAFKA_BOOTSTRAP_SERVERS", "300.1.2.3:9092"),
        ("HEALTH_ADDRESS", "::1:8080"),
        ("HEALTH_ADDRESS", "127.0.0.1:70000"),
        ("HEALTH_ADDRESS", "8080"),
        ("HEALTH_ADDRESS", "http://127.0.0.1:8080"),
        ("REDIS_URL", "REDIS://127.0.0.1:6379"),
        ("REDIS_URL", "redis://127.0.0.1:6379/abc"),
        ("REDIS_URL", "redis://127.0.0.1:6379/0/1"),
        ("REDIS_URL", "redis://127.0.0.1:70000/0"),
        ("REDIS_URL", "redis://127.0.0.1:port/0"),
        ("REDIS_URL", "redis://:pass#word@127.0.0.1:6379/0"),
        ("REDIS_URL", "redis://user:1?@127.0.0.1:6379/0"),
        ("REDIS_URL", "redis://127.0.0.1:6379/0?socket_timeout=60"),
        ("REDIS_URL", "redis://127.0.0.1:6379/0?db=1"),
        ("REDIS_URL", "redis://127.0.0.1:6379/0?ssl_ca_certs=/etc/hostname"),
        ("REDIS_URL", "rediss://127.0.0.1:6379/0?ssl_ca_certs=/no/such/file"),
        ("REDIS_URL", "rediss://127.0.0.1:6379/0?ssl_ca_certs="),
        ("REDIS_URL", "rediss://127.0.0.1:6379/0?ssl_cert_reqs=maybe"),
        ("REDIS_URL", "redis://a,b"),
        ("REDIS_URL", "redis://127.0.0.1:63 79/0"),
        ("REDIS_URL", "redis://127.0.0.1:63\n79/0"),
        ("MONGODB_URI", "MONGODB://127.0.0.1"),
        ("MONGODB_URI", "mongodb://127.0.0.1/dev\tconnect"),
        ("WEBSOCKET_ENDPOINT", "HTTPS://x.example/v1"),
        ("WEBSOCKET_ENDPOINT", "https://x.example:port/v1"),
        ("WEBSOCKET_ENDPOINT", "https://x.example/v1?stage=1"),
        ("WEBSOCKET_ENDPOINT", "https://user@x.example/v1"),
        ("WEBSOCKET_URL", "https://ws.example.org"),
        ("WEBSOCKET_URL", "wss://ws.example.org?ticket="),
        ("AWS_ENDPOINT_URL", "http://localhost:99999"),
        ("LOCALSTACK_HOST", "localhost:99999"),
        ("LOCALSTACK_HOST", "local host"),
        ("LOCALSTACK_HOST", "localhost:4566/path"),
        ("LOCALSTACK_HOST", "[::1]:4566"),
        ("EMAIL_FROM", "DevConnect <hello@devconnect.example"),
        ("EMAIL_FROM", "DevConnect <hello>"),
        ("EMAIL_FROM", "a@example.org, b@example.org"),
        ("EMAIL_FROM", "Ada, Bob <a@example.org>"),
        ("EMAIL_FROM", "a@example.org\nBcc: everybody@example.org"),
        ("EMAIL_FROM", "Café <a@example.org>"),
        ("KAFKA_SSL_CAFILE", "/etc/hostname"),
        ("BCRYPT_ROUNDS", "1" * 5000),
        ("RATE_LIMIT_LOGIN", "5/" + "1" * 5000),
        ("RATE_LIMIT_LOGIN", "\u0665/60"),
    ],
)
def test_a_value_that_can_never_work_is_refused(name: str, value: str) -> None:
    encrypted = {"KAFKA_SECURITY_PROTOCOL": "SSL"} if name == "KAFKA_SSL_CAFILE" else {}
    with pytest.raises(SettingsError, match=f"^{name} is wrong: ") as raised:
        settings.load(REQUIRED_SETTINGS | encrypted | {name: value})
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1",
        "redis://127.0.0.1/",
        "redis://127.0.0.1/12",
        "redis://[::1]:6379/0",
        "redis://user:p%23%3Fss@redis:6379/0",
        "rediss://redis.example.org:6379/0?ssl_ca_certs={file}&ssl_check_hostname=false",
        "redis+cluster://127.0.0.1:1,[::1]:2,redis",
    ],
)
def test_an_address_of_redis_that_is_taken_is_the_one_that_is_used(url: str, tmp_path: Path) -> None:
    (tmp_path / "authority.pem").write_text(CERTIFICATE)
    url = url.format(file=tmp_path / "authority.pem")
    loaded = settings.load(REQUIRED_SETTINGS | {"REDIS_URL": f" {url}\n"}).redis_url
    assert loaded == url
    if "cluster" not in url:
        pool = redis.ConnectionPool.from_url(loaded)
        pool.connection_class(**pool.connection_kwargs)  # it does not connect yet


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("JWT_SECRET", f" {'n' * 32} , {'o' * 32}\n", "jwt_secrets", ("n" * 32, "o" * 32)),
        ("HEALTH_ADDRESS", "[::1]:8080", "health_address", ("::1", 8080)),
        ("HEALTH_ADDRESS", "localhost:0", "health_address", ("localhost", 0)),
        ("HEALTH_ADDRESS", "  ", "health_address", ("127.0.0.1", 8080)),
        ("COOKIE_DOMAIN", "Example.org", "cookie_domain", "Example.org"),
        ("EMAIL_FROM", '"Dev, Connect" <a@example.org>', "email_from", '"Dev, Connect" <a@example.org>'),
        ("EMAIL_FROM", "a+b@example.org", "email_from", "a+b@example.org"),
        ("AWS_ENDPOINT_URL", "http://[::1]:4566", "local_aws", "http://[::1]:4566"),
        ("MONGODB_URI", "\tmongodb://a,b/x\n", "mongodb_uri", "mongodb://a,b/x"),
    ],
)
def test_blanks_around_a_value_are_no_part_of_it(name: str, value: str, field: str, expected: object) -> None:
    public = {"PUBLIC_URL": "https://api.example.org/api"}  # which EMAIL_FROM asks for
    assert getattr(settings.load(REQUIRED_SETTINGS | public | {name: value}), field) == expected


def test_a_password_keeps_its_blanks_but_no_line_end() -> None:
    loaded = settings.load(REQUIRED_SETTINGS | SASL | {"KAFKA_SASL_PASSWORD": " a password \n"})
    assert loaded.kafka.sasl_password == " a password "


def test_brokers_are_named_by_ipv6_addresses_as_well() -> None:
    loaded = settings.load(REQUIRED_SETTINGS | {"KAFKA_BOOTSTRAP_SERVERS": "[::1]:9092,broker_1:9093"})
    assert loaded.kafka.bootstrap_servers == ("[::1]:9092", "broker_1:9093")


def test_an_empty_limit_is_the_default() -> None:
    assert (
        settings.load(REQUIRED_SETTINGS | {"RATE_LIMIT_LOGIN": ""}).rate_limits
        == settings.load(REQUIRED_SETTINGS).rate_limits
    )
