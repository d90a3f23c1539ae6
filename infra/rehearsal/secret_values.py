"""The values of the stage's secrets: those that are put in by hand, and those that depend on the servers."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from redis import Redis

from infra.cloudformation.parts import Template
from infra.rehearsal.local_aws import LocalAws
from infra.rehearsal.servers import password_of


def put_secrets(aws: LocalAws, stage: str, base: Template, servers: Mapping[str, str]) -> None:
    """Give the secrets of the stage their values, and Redis its user.

    Also those that CloudFormation has made: MiniStack's passwords have punctuation where the template excludes it, a
    comma in JWT_SECRET and in REDIS_URL what a URL cannot hold; and the brokers and Redis are others.
    """
    store = aws.client("secretsmanager")
    resources = base["Resources"]
    password = password_of(_length(resources["RedisPassword"]))
    values = {
        "jwt-secret": password_of(_length(resources["JwtSecret"])),
        "redis-password": password,
        "redis-url": _with_user(servers["REDIS_URL"], resources["RedisUser"]["Properties"], password),
        "kafka-password": servers["KAFKA_SASL_PASSWORD"],
        "mongodb-uri": servers["MONGODB_URI"],
    }
    for name, value in values.items():
        store.put_secret_value(SecretId=f"devconnect/{stage}/{name}", SecretString=value)


def secret(aws: LocalAws, stage: str, name: str) -> str:
    return str(aws.client("secretsmanager").get_secret_value(SecretId=f"devconnect/{stage}/{name}")["SecretString"])


def _length(resource: Template) -> int:
    length: int = resource["Properties"]["GenerateSecretString"]["PasswordLength"]
    return length


def _with_user(server: str, user: dict[str, Any], password: str) -> str:  # Any: a resource's properties
    """REDIS_URL with the stage's user, who is made on the server with the rules that the template has for him."""
    name, rules = user["UserName"], user["AccessString"].split()
    with Redis.from_url(server, decode_responses=True) as administrator:
        administrator.execute_command("ACL", "SETUSER", name, "reset", f">{password}", *rules)
    url = urlsplit(server)
    return url._replace(netloc=f"{name}:{password}@{url.hostname}:{url.port}").geturl()
