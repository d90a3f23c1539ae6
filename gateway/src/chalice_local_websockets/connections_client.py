"""boto3's clients of the @connections API, which a function addresses as API Gateway has it, and which end up here.

Chalice's `app.websocket_api` makes the address of an event's `apiId`, as https://{apiId}.execute-api.{region}.amazonaws.com,
and many programs of its `domainName`. Neither is served by TLS on one machine.
"""

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from chalice_local_websockets.events import API_ID

VARIABLE = "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"
"""Where botocore looks for the address of a client that is given none."""

_SERVICE = "apigatewaymanagementapi"
_MODULE = "botocore.session"


def reach_the_gateway() -> None:
    """Have the clients of this process that are made from now on reach the gateway, whose address is in VARIABLE.

    botocore is not imported for it: an app that has no use for it would start later, and its workers would be larger.
    """
    if _MODULE in sys.modules:
        _change(sys.modules[_MODULE])
    else:
        sys.meta_path.insert(0, _WhenImported())


def _change(module: ModuleType) -> None:
    address = os.environ[VARIABLE]
    create = module.Session.create_client

    def create_client(self: object, service_name: str, *args: Any, **named: Any) -> Any:  # Any: botocore has no types
        if service_name == _SERVICE and _is_the_gateways(named.get("endpoint_url")):
            named["endpoint_url"] = address + urlsplit(named["endpoint_url"]).path
        return create(self, service_name, *args, **named)

    module.Session.create_client = create_client


class _WhenImported(MetaPathFinder):
    """Finds the module where all others would, and changes it once it is loaded."""

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec and spec.loader:
            spec.loader = _Changing(spec.loader)
        return spec


class _Changing(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _change(module)


def _is_the_gateways(endpoint: str | None) -> bool:
    """Whether this is the address that an event's `apiId` or `domainName` leads to; on AWS, a domain has no port."""
    parts = urlsplit(endpoint or "")
    is_api_id = (parts.hostname or "").startswith(f"{API_ID}.execute-api.")
    return is_api_id or (parts.scheme == "https" and parts.port is not None)
