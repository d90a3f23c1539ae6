"""How every client of kafka-python reaches Kafka: the producer, the group member and the operator's commands."""

from chalicelib.settings.kafka import KafkaSettings


def kafka_options(settings: KafkaSettings) -> dict[str, object]:
    """Return the keyword arguments for a producer, consumer or admin client of kafka-python."""
    if not settings.is_secured:
        return connection_options(settings)
    from chalicelib.clients.kafka.network import bounded_client  # noqa: PLC0415 - it imports kafka-python: see Producer

    return {**connection_options(settings), "kafka_client": bounded_client}


def connection_options(settings: KafkaSettings) -> dict[str, object]:
    """Return those of the network client below: addresses, TLS and SASL."""
    options: dict[str, object] = {
        "bootstrap_servers": list(settings.bootstrap_servers),
        "api_version": settings.api_version,
    }
    if settings.is_secured:
        options |= {
            "security_protocol": settings.security_protocol,
            "ssl_cafile": settings.ssl_cafile,
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": settings.sasl_password,
        }
    return options
