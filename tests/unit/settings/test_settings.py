"""Settings are read from variables, or from secrets that variables name; every error names its variable."""

from collections.abc import Callable

import certifi
import pytest

from chalicelib import settings
from chalicelib.clients.kafka.network import bounded_client
from chalicelib.clients.kafka.options import kafka_options
from chalicelib.errors import SettingsError
from chalicelib.settings.rate_limits import Limit
from chalicelib.wiring import Wiring
from tests.support.required_settings import REQUIRED_SETTINGS, SASL


def test_settings_that_are_not_set_have_defaults() -> None:
    loaded = settings.load(REQUIRED_SETTINGS)
    assert loaded.kafka.bootstrap_servers == ("127.0.0.1:9092", "127.0.0.1:9093")
    assert loaded.websocket_endpoint.endswith("/v1")
    assert loaded.presence_ttl_seconds == 300
    assert loaded.presence_audience == "connections"
    assert loaded.email_from is None
    assert loaded.bcrypt_rounds == 12
    assert loaded.allowed_origins == frozenset()
    assert loaded.rate_limits.of("login") == Limit(5, 300)
    assert loaded.rate_limits.of("login-account") == Limit(50, 3600)
    assert loaded.rate_limits.of("login-success") == Limit(100, 3600)
    assert loaded.rate_limits.of("private-message") == Limit(600, 60)
    assert loaded.rate_limits.of("unanswered-message") == Limit(20, 86_400)
    assert loaded.rate_limits.of("connection-request") == Limit(100, 86_400)
    assert loaded.rate_limits.of("feed") == Limit(100, 60)


def test_a_rate_limit_is_set_by_the_name_of_its_endpoint() -> None:
    loaded = settings.load(REQUIRED_SETTINGS | {"RATE_LIMIT_PRIVATE_MESSAGE": "7/9", "RATE_LIMIT_PROFILE": "1/2"})
    assert loaded.rate_limits.of("private-message") == Limit(7, 9)
    assert loaded.rate_limits.of("profile") == Limit(1, 2)


def test_jwt_secret_may_hold_two_secrets_for_a_rotation() -> None:
    assert settings.load(REQUIRED_SETTINGS | {"JWT_SECRET": "n" * 32 + "," + "o" * 40}).jwt_secrets == (
        "n" * 32,
        "o" * 40,
    )


@pytest.mark.parametrize("name", sorted(REQUIRED_SETTINGS))
def test_an_error_about_a_missing_variable_names_it(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        settings.load({key: value for key, value in REQUIRED_SETTINGS.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis+cluster://a:6379,b:port"),
        ("REDIS_URL", "redis+cluster://a:6379,"),
        ("REDIS_URL", "rediss+cluster://a:6379/1"),
        ("MONGODB_URI", "postgres://x"),
        ("KAFKA_BOOTSTRAP_SERVERS", "localhost"),
        ("KAFKA_API_VERSION", "two"),
        ("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT"),
        ("AWS_ENDPOINT_URL", "localhost:4566"),
        ("LOCALSTACK_HOST", "http://localhost:4566"),
        ("JWT_SECRET", "short"),
        ("JWT_SECRET", "a" * 32 + "," + "b" * 32 + "," + "c" * 32),
        ("WEBSOCKET_ENDPOINT", "ws://x"),
        ("PRESENCE_TTL_SECONDS", "0"),
        ("PRESENCE_AUDIENCE", "nobody"),
        ("EMAIL_FROM", "DevConnect"),
        ("EMAIL_FROM", "a@example.org, b@example.org"),
        ("BCRYPT_ROUNDS", "many"),
        ("RATE_LIMIT_LOGIN", "5"),
        ("RATE_LIMIT_LOGIN", "0/300"),
    ],
)
def test_an_error_about_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is wrong: "):
        settings.load(REQUIRED_SETTINGS | {name: value})


def test_kafka_options_follow_the_variables() -> None:
    plain = kafka_options(settings.load(REQUIRED_SETTINGS).kafka)
    assert plain == {"bootstrap_servers": ["127.0.0.1:9092", "127.0.0.1:9093"], "api_version": None}
    authorities = certifi.where()
    secured = kafka_options(settings.load(REQUIRED_SETTINGS | SASL | {"KAFKA_SSL_CAFILE": authorities}).kafka)
    assert secured == plain | {
        "kafka_client": bounded_client,
        "security_protocol": "SASL_SSL",
        "ssl_cafile": authorities,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "devconnect",
        "sasl_plain_password": "a password",
    }


@pytest.mark.parametrize("name", sorted(SASL.keys() - {"KAFKA_SECURITY_PROTOCOL"}))
def test_sasl_needs_all_of_its_variables(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not set.$"):
        settings.load(REQUIRED_SETTINGS | {key: value for key, value in SASL.items() if key != name})


@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        ("PLAINTEXT", "KAFKA_SASL_MECHANISM"),
        ("PLAINTEXT", "KAFKA_SASL_USERNAME"),
        ("PLAINTEXT", "KAFKA_SSL_CAFILE"),
        ("SSL", "KAFKA_SASL_PASSWORD"),
    ],
)
def test_a_kafka_variable_that_the_protocol_does_not_use_is_refused(protocol: str, name: str) -> None:
    variables = {"KAFKA_SECURITY_PROTOCOL": protocol, name: SASL.get(name, __file__)}
    with pytest.raises(SettingsError, match=f"^{name} is set, but nothing reads it while .* is {protocol}.$"):
        settings.load(REQUIRED_SETTINGS | variables)


def test_a_secret_arn_stands_in_for_its_variable() -> None:
    others = {name: value for name, value in REQUIRED_SETTINGS.items() if name != "JWT_SECRET"}
    environ = others | {"JWT_SECRET_SECRET_ARN": "arn"}
    local_aws_urls: list[str | None] = []

    def open_secrets(local_aws: str | None) -> Callable[[str], str]:
        local_aws_urls.append(local_aws)
        return {"arn": "s" * 40}.__getitem__

    assert settings.load(environ, open_secrets).jwt_secrets == ("s" * 40,)
    assert settings.load(environ | {"LOCALSTACK_HOST": "localhost"}, open_secrets).jwt_secrets == ("s" * 40,)
    assert local_aws_urls == [None, "http://localhost:4566"]
    local_aws_urls.clear()
    settings.load(REQUIRED_SETTINGS, open_secrets)
    assert not local_aws_urls


def test_a_variable_and_its_secret_arn_must_not_both_be_set() -> None:
    with pytest.raises(SettingsError, match=r"^JWT_SECRET and JWT_SECRET_SECRET_ARN are both set: "):
        settings.load(REQUIRED_SETTINGS | {"JWT_SECRET_SECRET_ARN": "arn"})


@pytest.mark.parametrize(
    ("variables", "local_aws"),
    [
        ({}, None),
        ({"AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:8001"}, None),
        ({"LOCALSTACK_HOST": "localstack:4567"}, "http://localstack:4567"),
        ({"LOCALSTACK_HOST": "localstack", "AWS_ENDPOINT_URL": "http://aws.local:1"}, "http://aws.local:1"),
    ],
)
def test_a_local_aws_is_found_by_either_of_its_variables(variables: dict[str, str], local_aws: str | None) -> None:
    loaded = settings.load(REQUIRED_SETTINGS | variables)
    assert loaded.local_aws == local_aws
    api = "https://id.execute-api.us-east-1.amazonaws.com/v1"
    assert loaded.websocket_endpoint == (f"{local_aws}/_aws/execute-api/id/v1" if local_aws else api)


def test_clients_open_the_endpoint_or_the_domain_that_the_websocket_api_has() -> None:
    assert settings.load(REQUIRED_SETTINGS).websocket_url == "wss://id.execute-api.us-east-1.amazonaws.com/v1"
    loaded = settings.load(REQUIRED_SETTINGS | {"WEBSOCKET_URL": "wss://ws.example.org"})
    assert loaded.websocket_url == "wss://ws.example.org"
    assert loaded.websocket_endpoint.endswith("/v1"), "pushes go to API Gateway's own address"


def test_a_local_websocket_endpoint_is_not_rewritten() -> None:
    local = {"LOCALSTACK_HOST": "localstack", "WEBSOCKET_ENDPOINT": "http://127.0.0.1:8001"}
    assert settings.load(REQUIRED_SETTINGS | local).websocket_endpoint == "http://127.0.0.1:8001"


@pytest.mark.parametrize(
    "uri", ["mongodb://user:pass/word@host/db", "mongodb://host:port/db", "mongodb://host/db?tls=true&tlsCAFile=/none"]
)
def test_a_mongodb_uri_that_the_driver_refuses_is_a_settings_error_without_the_uri(uri: str) -> None:
    wiring = Wiring(settings.load(REQUIRED_SETTINGS | {"MONGODB_URI": uri}))
    with pytest.raises(SettingsError, match=r"^MONGODB_URI is wrong: the driver refuses it \(\w+\).$") as raised:
        wiring.mongo.ping()
    assert raised.value.__suppress_context__
