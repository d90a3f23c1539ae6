"""The settings of the connection to Kafka."""

import msgspec

from chalicelib.errors import SettingsError
from chalicelib.settings import values
from chalicelib.settings.values import Variables


class KafkaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of every client. The `sasl_*` are present with SASL_SSL, and only then.

    `api_version` is for a broker that does not tell its own. `ssl_cafile` contains the certificate authorities to
    trust, in place of those of the machine.
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
    """Read the settings. Raises SettingsError.

    SASL_PLAINTEXT is not supported, as a connection that needs a password also needs TLS.
    """
    protocol = variables.read("KAFKA_SECURITY_PROTOCOL", values.one_of("PLAINTEXT", "SSL", "SASL_SSL"), "PLAINTEXT")
    sasl = {
        "KAFKA_SASL_MECHANISM": values.one_of("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"),
        "KAFKA_SASL_USERNAME": values.text,
        "KAFKA_SASL_PASSWORD": values.text,
    }
    # A variable that is set and has no effect is a mistake: somebody believes that the connections are secure.
    unused = [] if protocol == "SASL_SSL" else list(sasl)
    unused += ["KAFKA_SSL_CAFILE"] if protocol == "PLAINTEXT" else []
    for name in filter(variables.has, unused):
        raise SettingsError(f"{name} is set, but nothing reads it while KAFKA_SECURITY_PROTOCOL is {protocol}.")
    mechanism, username, password = (
        # A password may begin or end with a blank.
        variables.read(name, parse, dropped=values.LINE_ENDS) if protocol == "SASL_SSL" else None
        for name, parse in sasl.items()
    )
    return KafkaSettings(
        bootstrap_servers=variables.read("KAFKA_BOOTSTRAP_SERVERS", values.servers),
        api_version=variables.optional("KAFKA_API_VERSION", values.version),
        security_protocol=protocol,
        ssl_cafile=variables.optional("KAFKA_SSL_CAFILE", values.certificates),
        sasl_mechanism=mechanism,
        sasl_username=username,
        sasl_password=password,
    )
