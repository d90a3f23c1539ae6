"""The app behind the endpoint of the suite: it does what its clients ask, and keeps nothing.

Deploy it by `chalice deploy` in a copy of this directory. CONNECTIONS_ENDPOINT names the @connections API where that is
not https://{domainName}/{stage}; it may have these fields of `requestContext`, and {apiId}.
"""

import json
import os

import boto3
from botocore.exceptions import ClientError
from chalice.app import Chalice, WebsocketEvent

app = Chalice("websocket-conformance")
app.experimental_feature_flags.add("WEBSOCKETS")


@app.on_ws_connect()
def connect(event: WebsocketEvent) -> dict[str, object]:
    """Answer with the status of the query, raise, choose a subprotocol, or push to what is no connection yet."""
    raw = event.to_dict()
    query = raw.get("queryStringParameters") or {}
    if "raise" in query:
        raise LookupError("asked to")
    if "push" in query:
        return {"statusCode": {200: 200, 410: 403}[_push(event, event.connection_id, "too early")]}
    headers = {name.lower(): value for name, value in raw["headers"].items()}
    if offered := headers.get("sec-websocket-protocol"):
        return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": offered.split(",")[0].strip()}}
    return {"statusCode": int(query.get("status", "200"))}


@app.on_ws_message()
def message(event: WebsocketEvent) -> dict[str, object]:
    """Push a text, raise, or tell the event, which is also told of what is no such request."""
    request = _request(event.body)
    match request.get("do"):
        case "push":
            _push(event, event.connection_id, request["text"])
        case "raise":
            raise LookupError("asked to")
        case _:
            _push(event, event.connection_id, json.dumps(event.to_dict()))
    return {"statusCode": 200, "body": request["body"]} if "body" in request else {"statusCode": 200}


@app.on_ws_disconnect()
def disconnect(event: WebsocketEvent) -> None:
    """Tell the connection that the reason of the close frame names."""
    context = event.to_dict()["requestContext"]
    reason = context.get("disconnectReason") or ""
    if reason.startswith("tell "):
        code = context.get("disconnectStatusCode")
        told = {"disconnected": event.connection_id, "code": code, "reason": reason}
        _push(event, reason.removeprefix("tell "), json.dumps(told))


def _request(body: str) -> dict[str, str]:
    try:
        request = json.loads(body)
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def _push(event: WebsocketEvent, connection_id: str, text: str) -> int:
    """Returns the status of the @connections API."""
    context = event.to_dict()["requestContext"]
    endpoint = os.environ.get("CONNECTIONS_ENDPOINT", "https://{domainName}/{stage}").format(**context)
    client = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint)
    try:
        client.post_to_connection(ConnectionId=connection_id, Data=text.encode())
    except ClientError as error:
        return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
    return 200
