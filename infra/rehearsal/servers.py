"""Redis, MongoDB and Kafka of this machine in the place of the stage's, as its secrets and variables then say."""

import secrets
import string
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from redis import Redis

from infra.cloudformation.parts import Template
from infra.rehearsal.local_aws import LocalAws

VARIABLES: dict[str, str | None] = {
    # The brokers of the stage speak SASL over TLS, the local one neither.
    "KAFKA_SECURITY_PROTOCOL": "PLAINTEXT",
    "KAFKA_SASL_MECHANISM": None,
    "KAFKA_SASL_USERNAME": None,
    "KAFKA_SASL_PASSWORD_SECRET_ARN": None,
    # As in `make test`: else the suite would mostly wait for bcrypt.
    "BCRYPT_ROUNDS": "4",
}
"""The variables of functions and consumer that the rehearsal changes. None takes one away."""

_WORDS = string.ascii_letters + string.digits


def kafka_variables(servers: Mapping[str, str]) -> dict[str, str]:
    """What a broker that does not say its version needs besides."""
    return {name: value for name, value in servers.items() if name == "KAFKA_API_VERSION"}


def put_secrets(aws: LocalAws, stage: str, base: Template, servers: Mapping[str, str]) -> list[str]:
    """Give the secrets of the stage their values, and return the names of those that the base stack would have made.

    MiniStack makes passwords with punctuation where the template excludes it: a comma in JWT_SECRET, and characters in
    REDIS_URL that a URL cannot hold.
    """
    store = aws.client("secretsmanager")
    password = _password(base["Resources"]["RedisPassword"])
    values = {
        "jwt-secret": _password(base["Resources"]["JwtSecret"]),
        "redis-password": password,
        "redis-url": _redis_url(servers["REDIS_URL"], base["Resources"]["RedisUser"]["Properties"], password),
        "mongodb-uri": servers["MONGODB_URI"],
    }
    for name, value in values.items():
        store.put_secret_value(SecretId=f"devconnect/{stage}/{name}", SecretString=value)
    return [name for name in values if name != "mongodb-uri"]


def secret(aws: LocalAws, stage: str, name: str) -> str:
    return str(aws.client("secretsmanager").get_secret_value(SecretId=f"devconnect/{stage}/{name}")["SecretString"])


def _password(resource: Template) -> str:
    wanted = resource["Properties"]["GenerateSecretString"]
    return "".join(secrets.choice(_WORDS) for _ in range(wanted["PasswordLength"]))


def _redis_url(server: str, user: dict[str, Any], password: str) -> str:  # Any: a resource's properties
    """REDIS_URL with the stage's user, who is made on the local server with the rules that the template has for him."""
    name, rules = user["UserName"], user["AccessString"].split()
    with Redis.from_url(server, decode_responses=True) as administrator:
        administrator.execute_command("ACL", "SETUSER", name, "reset", f">{password}", *rules)
    url = urlsplit(server)
    return url._replace(netloc=f"{name}:{password}@{url.hostname}:{url.port}").geturl()
