"""What a client of the probe app asks of it."""

import json

from websockets.sync.client import ClientConnection

from tests.tooling.gateway.running import Running


def ask(client: ClientConnection, **request: str) -> None:
    client.send(json.dumps(request, ensure_ascii=False))


def connection_id(client: ClientConnection) -> str:
    ask(client, do="event")
    return str(json.loads(client.recv(timeout=10))["requestContext"]["connectionId"])


def disconnected(gateway: Running, name: str) -> tuple[int, str]:
    context = json.loads(gateway.kept("disconnect", name).read_text())["requestContext"]
    assert context["eventType"] == "DISCONNECT"
    return context["disconnectStatusCode"], context["disconnectReason"]
