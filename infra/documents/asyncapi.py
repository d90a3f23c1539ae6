"""Generates the two AsyncAPI 3.0 documents from the models: of the websocket API, and of the topics in Kafka."""

from infra.documents import kafka, websocket
from infra.documents.components import Components, Json

_OF_WEBSOCKETS = "docs/protocol.md explains the websocket API step by step."
_OF_KAFKA = """A new field may be added to an event at any time, so readers must ignore unknown fields. Every other \
change gets a new `version`."""


def of_websockets(version: str) -> Json:
    """Returns the document for clients."""
    components = Components()
    messages = websocket.messages(components)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "DevConnect", "version": version, "description": _OF_WEBSOCKETS},
        "defaultContentType": "application/json",
        "servers": websocket.servers(),
        "channels": {websocket.CHANNEL: websocket.channel()},
        "operations": websocket.operations(),
        "components": {
            "schemas": components.sorted(),
            "messages": messages,
            "correlationIds": websocket.correlation_ids(),
            "securitySchemes": websocket.security_schemes(),
        },
    }


def of_kafka(version: str) -> Json:
    """Returns the document for operators, and for whoever reads the topics."""
    components = Components()
    messages = kafka.messages(components)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "DevConnect: events in Kafka", "version": version, "description": _OF_KAFKA},
        "defaultContentType": "application/json",
        "servers": {"kafka": kafka.server()},
        "channels": kafka.channels(),
        "operations": kafka.operations(),
        "components": {
            "schemas": components.sorted(),
            "messages": messages,
            "correlationIds": kafka.correlation_ids(),
        },
    }
