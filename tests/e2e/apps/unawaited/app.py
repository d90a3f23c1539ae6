"""An app with a mistake that shows once functions are frozen: it returns before Kafka has acknowledged the event."""

import os
from functools import cache

from chalice.app import Chalice
from kafka import KafkaProducer

app = Chalice("unawaited")


@cache
def producer() -> KafkaProducer:
    version = os.environ.get("KAFKA_API_VERSION")
    return KafkaProducer(
        bootstrap_servers=os.environ["KAFKA_BOOTSTRAP_SERVERS"].split(","),
        api_version=tuple(map(int, version.split("."))) if version else None,
        # Long enough for the response to be sent, and the function frozen, before the batch is sent.
        linger_ms=300,
    )


@app.route("/api/publish/{value}", methods=["POST"])
def publish(value: str) -> dict[str, bool]:
    future = producer().send(os.environ["FREEZE_TOPIC"], value=value.encode(), partition=0)
    if value == "awaited":
        future.get(timeout=5)
    return {"awaited": value == "awaited"}


@app.route("/api/flush", methods=["POST"])
def flush() -> dict[str, bool]:
    producer().flush(timeout=5)
    return {}
