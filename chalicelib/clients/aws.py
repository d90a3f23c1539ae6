"""AWS: the one place that decides between AWS and a local stand-in for it."""

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Protocol, cast
from urllib.parse import urlsplit


class ManagementApi(Protocol):
    """What is used of boto3's client for `apigatewaymanagementapi`."""

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> object: ...  # noqa: N803 - boto3's names

    def delete_connection(self, *, ConnectionId: str) -> object: ...  # noqa: N803 - boto3's names


class EmailApi(Protocol):
    """What is used of boto3's client for `sesv2`."""

    def send_email(
        self,
        *,
        FromEmailAddress: str,  # noqa: N803 - boto3's names
        Destination: Mapping[str, object],  # noqa: N803 - boto3's names
        Content: Mapping[str, object],  # noqa: N803 - boto3's names
    ) -> object: ...


class SecretsApi(Protocol):
    """What is used of boto3's client for `secretsmanager`."""

    def get_secret_value(self, *, SecretId: str) -> Mapping[str, object]: ...  # noqa: N803 - boto3's names


class AwsClient:
    """Clients of AWS services, made at the first use: boto3 takes 160 ms to import.

    `local_aws` is the URL of a local AWS, None where AWS itself is meant.
    """

    def __init__(self, websocket_endpoint: str, local_aws: str | None) -> None:
        self._websocket_endpoint = websocket_endpoint
        self._local_aws = local_aws
        # boto3 makes one client at a time; pushes come from several threads.
        self._making = threading.Lock()

    @cached_property
    def management_api(self) -> ManagementApi:
        """The @connections API of the websocket stage. Thread-safe. Raises BotoCoreError where it is misconfigured."""
        # A push is part of a request that a user waits for.
        with self._making:
            made = _client("apigatewaymanagementapi", self._local_aws, endpoint=self._websocket_endpoint, attempts=1)
        return cast("ManagementApi", made)

    @cached_property
    def email_api(self) -> EmailApi:
        """SES, in the region of the environment. Raises BotoCoreError where it is misconfigured."""
        # Mails have retries of their own.
        with self._making:
            return cast("EmailApi", _client("sesv2", self._local_aws, attempts=1))


def open_secrets(local_aws: str | None) -> Callable[[str], str]:
    """A reader of secrets, by their ARNs, in the region of the environment.

    It is for a cold start, and waits for a secret 7 s at most: two attempts of 3 s, and a pause. It raises LookupError
    with the reason. One request for each secret, all on one connection: reading them in one (BatchGetSecretValue)
    needs a right of its own, and what that would save is a few milliseconds of a second.
    """
    made: list[SecretsApi] = []

    def read(arn: str) -> str:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as in _client

        try:
            if not made:
                made.append(cast("SecretsApi", _client("secretsmanager", local_aws, attempts=2)))
            text = made[0].get_secret_value(SecretId=arn).get("SecretString")
        except ClientError as error:
            raise LookupError("{Code}, {Message}".format(**error.response["Error"]).rstrip(".")) from None
        except BotoCoreError as error:
            raise LookupError(str(error).rstrip(".")) from None
        if not isinstance(text, str):
            raise LookupError("it has no text")  # noqa: TRY004 - binary, which is no mistake of ours
        return text

    return read


def _client(service: str, local_aws: str | None, *, attempts: int, endpoint: str | None = None) -> object:
    """A client of AWS, or of the local AWS. An `endpoint` has been chosen for the one or the other, and is used as is.

    Nothing waits longer than a second for a connection, and two for an answer.
    """
    import boto3  # noqa: PLC0415 - slow to import, and most requests push nothing
    from botocore.config import Config  # noqa: PLC0415

    config = Config(
        connect_timeout=1,
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=20,
    )
    if local_aws is None or endpoint is not None:
        client: object = boto3.client(service, endpoint_url=endpoint, config=config)
        return client
    try:
        from localstack_client.session import Session  # noqa: PLC0415
    except ModuleNotFoundError:  # the functions' package has none, also where it is tried out on a local AWS
        client = boto3.client(service, endpoint_url=local_aws, config=config)
    else:
        # localstack-client has a region and keys of its own making: what boto3 finds is meant, as on AWS.
        found = boto3.Session()
        keys = found.get_credentials()
        session = Session(
            localstack_host=urlsplit(local_aws).netloc,
            region_name=found.region_name or "us-east-1",
            **({"aws_access_key_id": keys.access_key, "aws_secret_access_key": keys.secret_key} if keys else {}),
        )
        client = session.client(service, config=config, aws_session_token=keys.token if keys else None)
    return client
