"""The Kafka part of the AsyncAPI document: one message for each event type, and one for dead letters."""

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
EVENT_ID = "eventId"
_KEY: Json = {"type": "string", "description": "The event's userId, so all events of a user are in one partition."}


def server() -> Json:
    return {
        "host": "{bootstrapServers}",
        "protocol": "kafka",
        "description": f"The events are consumed by the group `{GROUP}`.",
        "variables": {"bootstrapServers": {"description": "As in KAFKA_BOOTSTRAP_SERVERS."}},
    }


def correlation_ids() -> Json:
    description = "The event's id: what is told of it, and dead letters, name it, and it has its effects once."
    return {EVENT_ID: {"description": description, "location": f"$message.payload#/{EVENT_ID}"}}


def messages(components: Components) -> Json:
    """Returns a message for each event type, by its name, and one for dead letters."""
    components.of(Envelope)
    events: Json = {kind: _event(kind, declared.data, components) for kind, declared in EVENT_TYPES.items()}
    return events | {_DEAD: _dead_letter()}


def channels() -> Json:
    return {topic.name: _channel(topic) for topic in TOPICS}


def operations() -> Json:
    """Returns what is published and what the consumer reads; dead letters are read only by people."""
    published = {f"publish-{topic.name}": _operation("send", topic) for topic in TOPICS}
    consumed = {f"consume-{topic.name}": _operation("receive", topic) for topic in TOPICS if topic.name != DEAD_LETTER}
    return published | consumed


def _event(kind: str, model: type, components: Components) -> Json:
    specific = {
        "eventType": {"type": "string", "const": kind},
        "version": {"type": "integer", "const": VERSION},
        "data": components.of(model),
    }
    return {
        "name": kind,
        "correlationId": {"$ref": f"#/components/correlationIds/{EVENT_ID}"},
        "contentType": "application/json",
        "payload": {
            "allOf": [components.of(Envelope), {"type": "object", "properties": specific}],
        },
        "bindings": {"kafka": {"key": _KEY, "bindingVersion": "0.5.0"}},
    }


def _dead_letter() -> Json:
    headers = {
        REASON: "The reason, as one word.",
        ERROR: "A sentence, or a stack trace.",
        SOURCE_TOPIC: "The topic that the record came from.",
        SOURCE_PARTITION: "The partition that the record came from, in decimal digits.",
        SOURCE_OFFSET: "The offset of the record in that partition, in decimal digits.",
        FAILED_AT: "The time of the failure, ISO 8601 in UTC.",
    }
    return {
        "name": _DEAD,
        "summary": "A record that was not processed: its key and bytes, with the reason and the source in the headers.",
        "contentType": "application/octet-stream",
        "headers": {
            "type": "object",
            "properties": {name: {"type": "string", "description": text} for name, text in headers.items()},
            "required": list(headers),
        },
        "payload": {"description": "The original bytes of the record, which may be anything."},
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
