"""The variables that name servers of the developer's own, which some tests must not use."""

SERVERS = {"REDIS_URL", "MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS", "KAFKA_API_VERSION"}
