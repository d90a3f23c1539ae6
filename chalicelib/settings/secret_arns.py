"""Secrets that lie in Secrets Manager, and are named in the environment: `<NAME>_SECRET_ARN` in place of `<NAME>`."""

from collections.abc import Callable, Mapping

from chalicelib.errors import SettingsError

SECRETS = ("REDIS_URL", "MONGODB_URI", "JWT_SECRET", "KAFKA_SASL_PASSWORD")
"""What may lie there: the settings that hold a password or a key."""

ReadSecret = Callable[[str], str]
"""The text of the secret with an ARN. Raises LookupError with the reason, as the end of a sentence."""


def with_secrets(environ: Mapping[str, str], open_reader: Callable[[], ReadSecret]) -> dict[str, str]:
    """`environ` with its secrets in it. `open_reader` is called only where there is one.

    Raises SettingsError where one cannot be read or is empty, at the first. Also where a variable is set in both ways:
    whichever won, half of those who look at the configuration would be wrong about which one is used.
    """
    named = [name for name in SECRETS if environ.get(f"{name}_SECRET_ARN")]
    for name in named:
        if environ.get(name):
            raise SettingsError(f"{name} and {name}_SECRET_ARN are both set: unset the one that is not to be used.")
    found = dict(environ)
    read = open_reader() if named else None
    for name in named:
        variable = f"{name}_SECRET_ARN"
        try:
            text = read(environ[variable]) if read else ""
        except LookupError as error:
            raise SettingsError(f"{variable}: the secret cannot be read: {error.args[0]}.") from None
        if not text.strip():
            raise SettingsError(f"{variable}: the secret is empty.")
        found[name] = text
    return found
