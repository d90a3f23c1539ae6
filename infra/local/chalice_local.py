"""What `chalice local` needs besides: the addresses of servers that run, and answers that Chalice gives otherwise.

app.py imports this module where `chalice local` serves it, and nowhere else.
"""

import json
import os
import socket
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from chalice.local import LocalGateway

from infra.local.environment import of_running_servers
from infra.local.gateway.responses import NO_SUCH_ROUTE
from infra.local.pages import pages
from infra.local.state import StateDirectory

Response = dict[str, Any]  # Any: the response of a Lambda proxy integration, as Chalice builds it
Handle = Callable[[LocalGateway, str, str, dict[str, str], bytes | None], Response]

NOTHING_RUNS = (
    "No servers run from {state}, and none are named by REDIS_URL, MONGODB_URI and KAFKA_BOOTSTRAP_SERVERS: "
    "start some with `make run` or `make servers`."
)
NO_WEBSOCKETS = {
    "error": "Nothing serves websockets here: `chalice local` has the REST API alone, and `make run` has both.",
    "code": "unavailable",
}
_TICKET = "/api/websocket-ticket"
_CONNECT_SECONDS = 1.0


def prepare() -> None:
    """Find the servers, and have Chalice's gateway answer as it does here. Exits with a sentence where none run."""
    state = StateDirectory()
    found = of_running_servers(state, os.environ)
    if found is None:
        sys.exit(NOTHING_RUNS.format(state=state.path))
    os.environ.update(found)
    # Chalice has no other seam before its own answers.
    LocalGateway.handle_request = _answering(LocalGateway.handle_request)  # type: ignore[assignment, method-assign]


def _answering(handle: Handle) -> Handle:
    served = pages()

    def handle_request(
        gateway: LocalGateway, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> Response:
        name = path.partition("?")[0]
        if method == "GET" and name in served:
            return _response(200, served[name].content_type, served[name].text)
        try:
            gateway.event_converter.create_lambda_event(method=method, path=path, headers=headers, body=body)
        except ValueError:
            # Chalice would answer with a 403 that repeats the Authorization header.
            return _response(NO_SUCH_ROUTE.status, "application/json", NO_SUCH_ROUTE.body.decode())
        response = handle(gateway, method, path, headers, body)
        if name == _TICKET and response["statusCode"] == 201 and not _listens(json.loads(response["body"])["url"]):
            return {**response, "statusCode": 503, "body": json.dumps(NO_WEBSOCKETS)}
        return response

    return handle_request


def _response(status: int, content_type: str, body: str) -> Response:
    headers = {"Content-Type": content_type, "Cache-Control": "no-store"}
    return {"statusCode": status, "headers": headers, "multiValueHeaders": {}, "body": body}


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port or 443), timeout=_CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
