"""Clients of AWS. This is the one place that decides between AWS and a local stand-in for it."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Protocol, cast
from urllib.parse import urlsplit


class EmailApi(Protocol):
    """The part of boto3's client for `sesv2` that is used here."""

    def send_email(
        self,
        *,
        FromEmailAddress: str,  # noqa: N803 - boto3's names
        Destination: Mapping[str, object],  # noqa: N803 - boto3's names
        Content: Mapping[str, object],  # noqa: N803 - boto3's names
    ) -> object: ...


class SecretsApi(Protocol):
    """The part of boto3's client for `secretsmanager` that is used here."""

    def get_secret_value(self, *, SecretId: str) -> Mapping[str, object]: ...  # noqa: N803 - boto3's names


class AwsClient:
    """Clients of AWS services. Each is created at its first use, as boto3 takes 160 ms to import.

    `local_aws` is the URL of a local AWS, or None for AWS itself.
    """

    def __init__(self, local_aws: str | None) -> None:
        self._local_aws = local_aws

    @cached_property
    def email_api(self) -> EmailApi:
        """SES, in the region of the environment. Raises BotoCoreError where it is misconfigured."""
        # One attempt, as the outbox of emails does the retries.
        return cast("EmailApi", _client("sesv2", self._local_aws, attempts=1))

    @cached_property
    def s3(self) -> Any:  # Any: boto3 has no types, and half of S3's are used
        """S3, in the region of the environment. Raises BotoCoreError where it is misconfigured."""
        return _client("s3", self._local_aws, attempts=3, seconds=20)


def import_ahead() -> None:
    """Import boto3, and have it read what it knows about Secrets Manager, where a process is copied afterwards.

    It connects to nothing and looks for no credentials: those that it is given here belong to this client alone.
    """
    import boto3  # noqa: PLC0415 - as in _client

    boto3.client(
        "secretsmanager",
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 - no password
    ).close()


def open_secrets(local_aws: str | None) -> Callable[[str], str]:
    """Return a function that reads the secret with an ARN, in the region of the environment.

    It is meant for a cold start, and waits at most 7 s for a secret: two attempts of 3 s, and a pause. It raises
    LookupError with the reason. Each secret takes one request, all on one connection: a single request for all of them
    (BatchGetSecretValue) needs a permission of its own, and would save a few milliseconds of a second.
    """
    clients: list[SecretsApi] = []

    def read(arn: str) -> str:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as in _client

        try:
            if not clients:
                clients.append(cast("SecretsApi", _client("secretsmanager", local_aws, attempts=2)))
            text = clients[0].get_secret_value(SecretId=arn).get("SecretString")
        except ClientError as error:
            raise LookupError("{Code}, {Message}".format(**error.response["Error"]).rstrip(".")) from None
        except BotoCoreError as error:
            raise LookupError(str(error).rstrip(".")) from None
        if not isinstance(text, str):
            raise LookupError("it has no text")  # noqa: TRY004 - a binary secret is not a mistake in this code
        return text

    return read


def _client(service: str, local_aws: str | None, *, attempts: int, seconds: int = 2) -> object:
    """Create a client of AWS, or of the local AWS.

    A client waits at most one second for a connection, and so many seconds for a response.
    """
    import boto3  # noqa: PLC0415 - it is slow to import, and no request of a user needs it
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=1,
        read_timeout=seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=20,
        # Only such signatures open what is encrypted with a key of KMS (S3 User Guide, "Using SSE-KMS").
        **({"signature_version": "s3v4"} if service == "s3" else {}),
    )
    if local_aws is None:
        client: object = boto3.client(service, config=config)
        return client
    try:
        from localstack_client.session import Session  # noqa: PLC0415
    except ModuleNotFoundError:  # the functions' package does not contain it, even where it runs on a local AWS
        client = boto3.client(service, endpoint_url=local_aws, config=config)
    else:
        # localstack-client invents a region and keys. The ones that boto3 finds are used instead, as on AWS.
        configured = boto3.Session()
        keys = configured.get_credentials()
        session = Session(
            localstack_host=urlsplit(local_aws).netloc,
            region_name=configured.region_name or "us-east-1",
            **({"aws_access_key_id": keys.access_key, "aws_secret_access_key": keys.secret_key} if keys else {}),
        )
        client = session.client(service, config=config, aws_session_token=keys.token if keys else None)
    return client
