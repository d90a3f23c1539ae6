"""The variables that the settings require, each with a valid value."""

REQUIRED_SETTINGS = {
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "MONGODB_URI": "mongodb://127.0.0.1:27017/devconnect",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092, 127.0.0.1:9093",
    "JWT_SECRET": "s" * 32,
    "WEBSOCKET_ENDPOINT": "https://id.execute-api.us-east-1.amazonaws.com/v1/",
}

SASL = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "devconnect",
    "KAFKA_SASL_PASSWORD": "a password",
}
"""The variables of a Kafka with a login."""
