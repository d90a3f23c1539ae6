"""The settings of every process: one frozen object. Only this package reads the environment.

Nothing is read at import, as `chalice package` imports app.py with an empty environment.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from chalicelib.errors import SettingsError
from chalicelib.settings import values, web
from chalicelib.settings.addresses import host_and_port
from chalicelib.settings.kafka import KafkaSettings, read_kafka
from chalicelib.settings.rate_limits import RateLimitSettings, read_rate_limits
from chalicelib.settings.redis_addresses import redis_url
from chalicelib.settings.secret_arns import SECRETS, ReadSecret, with_secrets
from chalicelib.settings.values import Variables


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings. `local_aws` is the URL of a local stand-in for AWS, or None for AWS itself.

    `websocket_endpoint` is where pushes go, `websocket_url` is what clients open. `public_url` is the address of
    the REST API for users; it is there where `email_from` is. Exports are files in `export_bucket` of S3, or in
    `export_directory`; without either there are none. Messages older than `message_retention_days` are deleted; without
    it none are. It is 30 at least, as Kafka and the audit know the events of the last weeks. With `vapid_private_key`
    the process sends web push.
    """

    redis_url: str
    mongodb_uri: str
    kafka: KafkaSettings
    jwt_secrets: tuple[str, ...]
    websocket_endpoint: str
    websocket_url: str
    allowed_origins: frozenset[str]
    cookie_domain: str | None
    presence_ttl_seconds: int
    presence_audience: str
    email_from: str | None
    public_url: str | None
    vapid_public_key: str | None
    vapid_private_key: str | None
    web_push_hosts: str
    bcrypt_rounds: int
    rate_limits: RateLimitSettings
    local_aws: str | None
    message_retention_days: int | None
    export_bucket: str | None
    export_directory: str | None
    health_address: tuple[str, int]


_LOCAL_AWS_PORT = 4566
"""The default port of localstack-client."""


def _no_secrets(_local_aws: str | None) -> ReadSecret:
    raise SettingsError("There is a <NAME>_SECRET_ARN, and nothing that could read it.")


def is_copied_once_imported(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this process is copied once its modules are imported: by Lambda SnapStart, or by the local gateway.

    Source: "Defined runtime environment variables" in Lambda's developer guide.
    """
    return environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def is_served_by_chalice_local(environ: Mapping[str, str] = os.environ, argv: Sequence[str] = sys.argv) -> bool:
    """Whether this process is `chalice local`. Chalice's command sets the variable, for its other commands too."""
    return environ.get("AWS_CHALICE_CLI_MODE") == "true" and "local" in argv[1:]


def function_version(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the version of the Lambda function that this process is, or None where it is none.

    Source: "Defined runtime environment variables" in Lambda's developer guide.
    """
    return environ.get("AWS_LAMBDA_FUNCTION_VERSION")


def names_secrets(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a setting is stored in Secrets Manager, so that `load` will read it from there."""
    return any(environ.get(f"{name}_SECRET_ARN") for name in SECRETS)


def load(
    environ: Mapping[str, str] = os.environ, open_secrets: Callable[[str | None], ReadSecret] = _no_secrets
) -> Settings:
    """Read and check the environment, and the secrets that it names.

    `open_secrets` is called with `local_aws`, and returns the function that reads a secret; `chalicelib.wiring` passes
    it. Raises SettingsError with a sentence that names the variable which is missing or wrong.
    """
    local_aws = _local_aws(Variables(environ))
    environ = with_secrets(environ, lambda: open_secrets(local_aws))
    variables = Variables(environ)
    read = variables.read
    endpoint = _management_endpoint(read("WEBSOCKET_ENDPOINT", values.web_url).rstrip("/"), local_aws)
    return Settings(
        redis_url=read("REDIS_URL", redis_url),
        mongodb_uri=read("MONGODB_URI", values.url("mongodb", "mongodb+srv")),
        kafka=read_kafka(variables),
        jwt_secrets=read("JWT_SECRET", values.secrets),
        websocket_endpoint=endpoint,
        websocket_url=read("WEBSOCKET_URL", values.websocket_url, default="ws" + endpoint.removeprefix("http")),
        allowed_origins=read("ALLOWED_ORIGINS", web.origins, default=""),
        cookie_domain=variables.optional("COOKIE_DOMAIN", web.cookie_domain),
        presence_ttl_seconds=read("PRESENCE_TTL_SECONDS", values.whole_number(1, 3600), default="300"),
        presence_audience=read("PRESENCE_AUDIENCE", values.one_of("connections", "everyone"), default="connections"),
        email_from=variables.optional("EMAIL_FROM", web.sender),
        public_url=_public_url(variables),
        vapid_public_key=variables.optional("VAPID_PUBLIC_KEY", values.key_of(65)),
        vapid_private_key=_vapid_private_key(variables),
        web_push_hosts=read("WEB_PUSH_HOSTS", values.one_of("public", "any"), default="public"),
        bcrypt_rounds=read("BCRYPT_ROUNDS", values.whole_number(4, 16), default="12"),
        rate_limits=read_rate_limits(environ),
        local_aws=local_aws,
        message_retention_days=variables.optional("MESSAGE_RETENTION_DAYS", values.whole_number(30, 36_500)),
        export_bucket=variables.optional("EXPORT_BUCKET", values.bucket),
        export_directory=_export_directory(variables),
        health_address=read("HEALTH_ADDRESS", values.listening_address, default="127.0.0.1:8080"),
    )


def _public_url(variables: Variables) -> str | None:
    """Return the address of the REST API for users, without a slash at its end. Emails have links below it."""
    if not variables.has("PUBLIC_URL"):
        if variables.has("EMAIL_FROM"):
            raise SettingsError("PUBLIC_URL is not set: emails, which EMAIL_FROM asks for, have links below it.")
        return None
    return variables.read("PUBLIC_URL", values.web_url).rstrip("/")


def _export_directory(variables: Variables) -> str | None:
    directory = variables.optional("EXPORT_DIRECTORY", values.directory)
    if directory and variables.has("EXPORT_BUCKET"):
        raise SettingsError("EXPORT_BUCKET and EXPORT_DIRECTORY are both set: exports are in one of them.")
    if directory and not variables.has("PUBLIC_URL"):
        raise SettingsError("PUBLIC_URL is not set: the files of EXPORT_DIRECTORY have links below it.")
    return directory


def _vapid_private_key(variables: Variables) -> str | None:
    if variables.has("VAPID_PRIVATE_KEY") and not variables.has("EMAIL_FROM"):
        raise SettingsError(
            "EMAIL_FROM is not set: VAPID_PRIVATE_KEY needs it, as push services are told whom to write to."
        )
    return variables.optional("VAPID_PRIVATE_KEY", values.key_of(32))


def _local_aws(variables: Variables) -> str | None:
    """Return the URL of the local AWS. The first of its two variables wins, as with localstack-client."""

    def host(text: str) -> str:
        name, port = host_and_port(text, _LOCAL_AWS_PORT)
        if ":" in name:
            raise ValueError("localstack-client takes no IPv6 address: set AWS_ENDPOINT_URL to http://[...]:port")
        return f"http://{name}:{port}"

    endpoint_url = variables.optional("AWS_ENDPOINT_URL", values.web_url)
    return endpoint_url or variables.optional("LOCALSTACK_HOST", host)


def _management_endpoint(endpoint: str, local_aws: str | None) -> str:
    """Return the URL of the management API, which on a local AWS is another one than `endpoint`.

    A stack that is deployed to a local AWS has the host names of AWS, which would lead to AWS itself or nowhere.
    LocalStack and MiniStack serve every API below one path.
    """
    url = urlsplit(endpoint)
    api = re.fullmatch(r"(\w+)\.execute-api\.[\w.-]+\.amazonaws\.com(\.cn)?", url.hostname or "")
    return f"{local_aws.rstrip('/')}/_aws/execute-api/{api[1]}{url.path}" if local_aws and api else endpoint
