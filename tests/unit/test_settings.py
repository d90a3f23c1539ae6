import pytest

from chalicelib import settings
from chalicelib.errors import SettingsError
from chalicelib.settings import Limit

GOOD = {
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "MONGODB_URI": "mongodb://127.0.0.1:27017/devconnect",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092, 127.0.0.1:9093",
    "JWT_SECRET": "s" * 32,
    "WEBSOCKET_ENDPOINT": "https://id.execute-api.us-east-1.amazonaws.com/v1/",
}


def test_defaults() -> None:
    loaded = settings.load(GOOD)
    assert loaded.kafka_bootstrap_servers == ("127.0.0.1:9092", "127.0.0.1:9093")
    assert loaded.websocket_endpoint.endswith("/v1")
    assert loaded.presence_ttl_seconds == 300
    assert loaded.presence_audience == "connections"
    assert loaded.email_from is None
    assert loaded.admin_emails == frozenset()
    assert loaded.bcrypt_rounds == 12
    assert loaded.allowed_origins == frozenset()
    assert loaded.rate_limit("login") == Limit(5, 300)
    assert loaded.rate_limit("private-message") == Limit(600, 60)
    assert loaded.rate_limit("anything else") == Limit(100, 60)


def test_a_limit_is_named_by_its_endpoint() -> None:
    loaded = settings.load(GOOD | {"RATE_LIMIT_PRIVATE_MESSAGE": "7/9", "RATE_LIMIT_PROFILE": "1/2"})
    assert loaded.rate_limit("private-message") == Limit(7, 9)
    assert loaded.rate_limit("profile") == Limit(1, 2)


def test_administrators_are_known_as_they_log_in() -> None:
    loaded = settings.load(GOOD | {"ADMIN_EMAILS": " Ada@Example.org,bob@example.org ,"})
    assert loaded.admin_emails == {"ada@example.org", "bob@example.org"}


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
        ("MONGODB_URI", "postgres://x"),
        ("KAFKA_BOOTSTRAP_SERVERS", "localhost"),
        ("KAFKA_API_VERSION", "two"),
        ("JWT_SECRET", "short"),
        ("JWT_SECRET", "a" * 32 + "," + "b" * 32 + "," + "c" * 32),
        ("WEBSOCKET_ENDPOINT", "ws://x"),
        ("PRESENCE_TTL_SECONDS", "0"),
        ("PRESENCE_AUDIENCE", "nobody"),
        ("EMAIL_FROM", "DevConnect"),
        ("ADMIN_EMAILS", "ada@example.org,bob"),
        ("BCRYPT_ROUNDS", "many"),
        ("RATE_LIMIT_LOGIN", "5"),
        ("RATE_LIMIT_LOGIN", "0/300"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is wrong: "):
        settings.load(GOOD | {name: value})
