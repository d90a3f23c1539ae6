"""The Kafka topics for the AsyncAPI document: one message for each type of event, and the dead letters."""

from chalicelib.consumer.pipeline.dead_letters import (
    ERROR,
    FAILED_AT,
    REASON,
    SOURCE_OFFSET,
    SOURCE_PARTITION,
    SOURCE_TOPIC,
)
from chalicelib.events.envelope import VERSION, Envelope
from chalicelib.events.topics import DEAD_LETTER, GROUP, TOPICS, Topic, types_on
from chalicelib.models.event_types import EVENT_TYPES
from infra.documents.components import Components, Json

_DEAD = "DeadLetter"
_KEY: Json = {"type": "string", "description": "The event's userId: a user's events are in one partition."}


def server() -> Json:
    return {
        "host": "{bootstrapServers}",
        "protocol": "kafka",
        "description": f"The events are consumed by the group `{GROUP}`.",
        "variables": {"bootstrapServers": {"description": "As in KAFKA_BOOTSTRAP_SERVERS."}},
    }


def messages(components: Components) -> Json:
    """A message for each type of event, by its name, and that of a dead letter."""
    components.of(Envelope)
    made: Json = {kind: _event(kind, declared.data, components) for kind, declared in EVENT_TYPES.items()}
    return made | {_DEAD: _dead_letter()}


def channels() -> Json:
    return {topic.name: _channel(topic) for topic in TOPICS}


def operations() -> Json:
    """What is published, and what the consumer reads; dead letters are read by people."""
    published = {f"publish-{topic.name}": _operation("send", topic) for topic in TOPICS}
    consumed = {f"consume-{topic.name}": _operation("receive", topic) for topic in TOPICS if topic.name != DEAD_LETTER}
    return published | consumed


def _event(kind: str, model: type, components: Components) -> Json:
    specific = {"eventType": {"const": kind}, "version": {"const": VERSION}, "data": components.of(model)}
    return {
        "name": kind,
        "contentType": "application/json",
        "payload": {
            "allOf": [components.of(Envelope), {"type": "object", "properties": specific}],
        },
        "bindings": {"kafka": {"key": _KEY, "bindingVersion": "0.5.0"}},
    }


def _dead_letter() -> Json:
    headers = {
        REASON: "One word.",
        ERROR: "A sentence, or a stack.",
        SOURCE_TOPIC: "Where the record came from.",
        SOURCE_PARTITION: "In digits.",
        SOURCE_OFFSET: "In digits.",
        FAILED_AT: "ISO 8601 in UTC.",
    }
    return {
        "name": _DEAD,
        "summary": "A record that had no effect: its own key and bytes, with the reason and its source in the headers.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "properties": {name: {"type": "string", "description": text} for name, text in headers.items()},
            "required": list(headers),
        },
        "payload": {"description": "The original bytes, whatever they are."},
    }


def _channel(topic: Topic) -> Json:
    names = [_DEAD] if topic.name == DEAD_LETTER else types_on(topic.name)
    configuration: Json = {"retention.ms": int(topic.retention.total_seconds() * 1000)}
    if topic.max_message_bytes is not None:
        configuration["max.message.bytes"] = topic.max_message_bytes
    return {
        "address": topic.name,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": configuration,
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operation(action: str, topic: Topic) -> Json:
    return {"action": action, "channel": {"$ref": f"#/channels/{topic.name}"}}
