"""AWS: the one place that decides between AWS and a local stand-in for it."""

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Protocol, cast


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


class AwsClient:
    """Clients of AWS services, made at the first use: boto3 takes 160 ms to import."""

    def __init__(self, websocket_endpoint: str, localstack_host: str | None) -> None:
        self._websocket_endpoint = websocket_endpoint
        self._localstack_host = localstack_host
        # boto3 makes one client at a time; pushes come from several threads.
        self._making = threading.Lock()

    @cached_property
    def management_api(self) -> ManagementApi:
        """The @connections API of the websocket stage. Thread-safe. Raises BotoCoreError where it is misconfigured."""
        return cast("ManagementApi", self._client("apigatewaymanagementapi", self._websocket_endpoint))

    @cached_property
    def email_api(self) -> EmailApi:
        """SES, in the region of the environment. Raises BotoCoreError where it is misconfigured."""
        return cast("EmailApi", self._client("sesv2"))

    def _client(self, service: str, endpoint: str | None = None) -> object:
        """Where there is a localstack, it stands in for every endpoint."""
        import boto3  # noqa: PLC0415 - slow to import, and most requests push nothing
        from botocore.config import Config  # noqa: PLC0415

        # A push is part of a request that a user waits for, and mails have retries of their own: none here.
        config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}, max_pool_connections=20)
        with self._making:
            if self._localstack_host:
                from localstack_client.session import Session  # noqa: PLC0415

                client: object = Session(localstack_host=self._localstack_host).client(service, config=config)
            else:
                client = boto3.client(service, endpoint_url=endpoint, config=config)
            return client
