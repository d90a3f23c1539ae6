"""The websocket API and the Kafka topics as an AsyncAPI 3.0 document, made from the models."""

from infra.documents import kafka, websocket
from infra.documents.components import Components, Json

_DESCRIPTION = """Of the websocket, PROTOCOL.md tells the story. An event in Kafka may get another field at any time: \
readers pass over what they do not know. Any other change is a new `version`."""


def asyncapi(version: str) -> Json:
    """The document."""
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
