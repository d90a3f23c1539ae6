"""Generates the AsyncAPI 3.0 document of the websocket API and the Kafka topics from the models."""

from infra.documents import kafka, websocket
from infra.documents.components import Components, Json

_DESCRIPTION = """docs/protocol.md explains the websocket API step by step. A new field may be added to an event \
in Kafka at any time, so readers must ignore unknown fields. Every other change gets a new `version`."""


def asyncapi(version: str) -> Json:
    """Returns the document."""
    components = Components()
    messages = websocket.messages(components) | kafka.messages(components)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "DevConnect", "version": version, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": websocket.servers() | {"kafka": kafka.server()},
        "channels": {websocket.CHANNEL: websocket.channel()} | kafka.channels(),
        "operations": websocket.operations() | kafka.operations(),
        "components": {
            "schemas": components.sorted(),
            "messages": messages,
            "securitySchemes": websocket.security_schemes(),
        },
    }
