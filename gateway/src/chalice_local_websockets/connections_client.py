"""boto3's clients of the @connections API, which a function addresses as API Gateway has it, and which end up here.

Chalice's `app.websocket_api` makes the address of an event's `apiId`, as https://{apiId}.execute-api.{region}.amazonaws.com,
and many programs of its `domainName`. Neither is served by TLS on one machine.
"""

import os
from typing import Any
from urllib.parse import urlsplit

from botocore.session import Session

from chalice_local_websockets.events import API_ID

VARIABLE = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"
"""Where botocore looks for the address of a client that is given none."""

_SERVICE = "apigatewaymanagementapi"


def reach_the_gateway() -> None:
    """Have the clients of this process that are made from now on reach the gateway, whose address is in VARIABLE."""
    address = os.environ[VARIABLE]
    create = Session.create_client

    def create_client(self: Session, service_name: str, *args: Any, **named: Any) -> Any:  # Any: botocore has no types
        if service_name == _SERVICE and _is_the_gateways(named.get("endpoint_url")):
            named["endpoint_url"] = address + urlsplit(named["endpoint_url"]).path
        return create(self, service_name, *args, **named)

    Session.create_client = create_client


def _is_the_gateways(endpoint: str | None) -> bool:
    """Whether this is the address that an event's `apiId` or `domainName` leads to; on AWS, a domain has no port."""
    parts = urlsplit(endpoint or "")
    is_api_id = (parts.hostname or "").startswith(f"{API_ID}.execute-api.")
    return is_api_id or (parts.scheme == "https" and parts.port is not None)
