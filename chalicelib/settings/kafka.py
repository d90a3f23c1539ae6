"""How Kafka is reached."""

import msgspec

from chalicelib.errors import SettingsError
from chalicelib.settings import values
from chalicelib.settings.values import Variables


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`api_version` is for a broker that does not say its own. The `sasl_*` are there with SASL_SSL, and only then.

    `ssl_cafile` holds the authorities whose certificates are believed, in the place of those of the machine.
    """

    bootstrap_servers: tuple[str, ...]
    api_version: tuple[int, int] | None = None
    security_protocol: str = "PLAINTEXT"
    ssl_cafile: str | None = None
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = None

    @property
    def is_secured(self) -> bool:
        return self.security_protocol != "PLAINTEXT"


def read_kafka(variables: Variables) -> KafkaSettings:
    """Raises SettingsError. There is no SASL_PLAINTEXT: what is worth a password is worth TLS."""
    protocol = variables.read("KAFKA_SECURITY_PROTOCOL", values.one_of("PLAINTEXT", "SSL", "SASL_SSL"), "PLAINTEXT")
    sasl = {
        "KAFKA_SASL_MECHANISM": values.one_of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"),
        "KAFKA_SASL_USERNAME": values.text,
        "KAFKA_SASL_PASSWORD": values.text,
    }
    # What is set and would not be used is a mistake: somebody believes that his connections are safe.
    unused = [] if protocol == "SASL_SSL" else list(sasl)
    unused += ["KAFKA_SSL_CAFILE"] if protocol == "PLAINTEXT" else []
    for name in filter(variables.has, unused):
        raise SettingsError(f"{name} is set, but nothing reads it while KAFKA_SECURITY_PROTOCOL is {protocol}.")
    mechanism, username, password = (
        variables.read(name, parse) if protocol == "SASL_SSL" else None for name, parse in sasl.items()
    )
    return KafkaSettings(
        bootstrap_servers=variables.read("KAFKA_BOOTSTRAP_SERVERS", values.servers),
        api_version=variables.optional("KAFKA_API_VERSION", values.version),
        security_protocol=protocol,
        ssl_cafile=variables.optional("KAFKA_SSL_CAFILE", values.file),
        sasl_mechanism=mechanism,
        sasl_username=username,
        sasl_password=password,
    )
