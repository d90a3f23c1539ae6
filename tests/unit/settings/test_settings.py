from collections.abc import Callable

import pytest

from chalicelib import settings
from chalicelib.clients.kafka.options import kafka_options
from chalicelib.clients.kafka.tls import bounded_client
from chalicelib.errors import SettingsError
from chalicelib.settings.rate_limits import Limit
from chalicelib.wiring import Wiring

GOOD = {
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "MONGODB_URI": "mongodb://127.0.0.1:27017/devconnect",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092, 127.0.0.1:9093",
    "JWT_SECRET": "s" * 32,
    "WEBSOCKET_ENDPOINT": "https://id.execute-api.us-east-1.amazonaws.com/v1/",
}


def test_defaults() -> None:
    loaded = settings.load(GOOD)
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
    assert loaded.rate_limits.of("feed") == Limit(100, 60)


def test_a_limit_is_named_by_its_endpoint() -> None:
    loaded = settings.load(GOOD | {"RATE_LIMIT_PRIVATE_MESSAGE": "7/9", "RATE_LIMIT_PROFILE": "1/2"})
    assert loaded.rate_limits.of("private-message") == Limit(7, 9)
    assert loaded.rate_limits.of("profile") == Limit(1, 2)


def test_two_secrets_for_a_rotation() -> None:
    assert settings.load(GOOD | {"JWT_SECRET": "n" * 32 + "," + "o" * 40}).jwt_secrets == ("n" * 32, "o" * 40)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is not set"):
        settings.load({key: value for key, value in GOOD.items() if key != name})


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
def test_a_wrong_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is wrong: "):
        settings.load(GOOD | {name: value})


SASL = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "devconnect",
    "KAFKA_SASL_PASSWORD": "a password",
}


def test_kafka_is_reached_as_the_variables_say() -> None:
    plain = kafka_options(settings.load(GOOD).kafka)
    assert plain == {"bootstrap_servers": ["127.0.0.1:9092", "127.0.0.1:9093"], "api_version": None}
    secured = kafka_options(settings.load(GOOD | SASL | {"KAFKA_SSL_CAFILE": __file__}).kafka)
    assert secured == plain | {
        "kafka_client": bounded_client,
        "security_protocol": "SASL_SSL",
        "ssl_cafile": __file__,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "devconnect",
        "sasl_plain_password": "a password",
    }


@pytest.mark.parametrize("name", sorted(SASL.keys() - {"KAFKA_SECURITY_PROTOCOL"}))
def test_sasl_needs_all_of_its_variables(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not set.$"):
        settings.load(GOOD | {key: value for key, value in SASL.items() if key != name})


@pytest.mark.parametrize(
    ("protocol", "name"),
    [
        ("PLAINTEXT", "KAFKA_SASL_MECHANISM"),
        ("PLAINTEXT", "KAFKA_SASL_USERNAME"),
        ("PLAINTEXT", "KAFKA_SSL_CAFILE"),
        ("SSL", "KAFKA_SASL_PASSWORD"),
    ],
)
def test_what_would_secure_nothing_is_refused(protocol: str, name: str) -> None:
    variables = {"KAFKA_SECURITY_PROTOCOL": protocol, name: SASL.get(name, __file__)}
    with pytest.raises(SettingsError, match=f"^{name} is set, but nothing reads it while .* is {protocol}.$"):
        settings.load(GOOD | variables)


def test_a_secret_is_read_in_the_place_of_its_variable() -> None:
    environ = {name: value for name, value in GOOD.items() if name != "JWT_SECRET"} | {"JWT_SECRET_SECRET_ARN": "arn"}
    asked: list[str | None] = []

    def open_secrets(local_aws: str | None) -> Callable[[str], str]:
        asked.append(local_aws)
        return {"arn": "s" * 40}.__getitem__

    assert settings.load(environ, open_secrets).jwt_secrets == ("s" * 40,)
    assert settings.load(environ | {"LOCALSTACK_HOST": "localhost"}, open_secrets).jwt_secrets == ("s" * 40,)
    assert asked == [None, "http://localhost:4566"]
    asked.clear()
    settings.load(GOOD, open_secrets)
    assert not asked


def test_a_variable_that_is_set_in_both_ways_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^JWT_SECRET and JWT_SECRET_SECRET_ARN are both set: "):
        settings.load(GOOD | {"JWT_SECRET_SECRET_ARN": "arn"})


@pytest.mark.parametrize(
    ("variables", "local_aws"),
    [
        ({}, None),
        ({"AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:8001"}, None),
        ({"LOCALSTACK_HOST": "localstack:4567"}, "http://localstack:4567"),
        ({"LOCALSTACK_HOST": "localstack", "AWS_ENDPOINT_URL": "http://aws.local:1"}, "http://aws.local:1"),
    ],
)
def test_a_local_aws_is_named_by_either_variable(variables: dict[str, str], local_aws: str | None) -> None:
    loaded = settings.load(GOOD | variables)
    assert loaded.local_aws == local_aws
    api = "https://id.execute-api.us-east-1.amazonaws.com/v1"
    assert loaded.websocket_endpoint == (f"{local_aws}/_aws/execute-api/id/v1" if local_aws else api)


def test_a_local_endpoint_stays_as_it_is() -> None:
    local = {"LOCALSTACK_HOST": "localstack", "WEBSOCKET_ENDPOINT": "http://127.0.0.1:8001"}
    assert settings.load(GOOD | local).websocket_endpoint == "http://127.0.0.1:8001"


@pytest.mark.parametrize(
    "uri", ["mongodb://user:pass/word@host/db", "mongodb://host:port/db", "mongodb://host/db?tls=true&tlsCAFile=/none"]
)
def test_an_address_that_the_driver_refuses_is_a_wrong_setting_and_not_shown(uri: str) -> None:
    wiring = Wiring(settings.load(GOOD | {"MONGODB_URI": uri}))
    with pytest.raises(SettingsError, match=r"^MONGODB_URI is wrong: the driver refuses it \(\w+\).$") as raised:
        wiring.mongo.ping()
    assert raised.value.__suppress_context__
