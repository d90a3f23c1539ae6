"""AWS: the one place that decides between AWS and a local stand-in for it."""

import threading
from functools import cached_property
from typing import Protocol, cast


class ManagementApi(Protocol):
    """What is used of boto3's client for `apigatewaymanagementapi`."""

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> object: ...  # noqa: N803 - boto3's names

    def delete_connection(self, *, ConnectionId: str) -> object: ...  # noqa: N803 - boto3's names


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
        with self._making:
            return self._make_management_api()

    def _make_management_api(self) -> ManagementApi:
        import boto3  # noqa: PLC0415 - slow to import, and most requests push nothing
        from botocore.config import Config  # noqa: PLC0415

        # A push is part of a request that a user waits for: no retries, short time-outs.
        config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}, max_pool_connections=20)
        if self._localstack_host:
            from localstack_client.session import Session  # noqa: PLC0415

            session = Session(localstack_host=self._localstack_host)
            return cast("ManagementApi", session.client("apigatewaymanagementapi", config=config))
        return cast(
            "ManagementApi",
            boto3.client("apigatewaymanagementapi", endpoint_url=self._websocket_endpoint, config=config),
        )
