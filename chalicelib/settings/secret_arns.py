"""Settings that are stored in Secrets Manager. The environment has `<NAME>_SECRET_ARN` in place of `<NAME>`."""

from collections.abc import Callable, Mapping

from chalicelib.errors import SettingsError

SECRETS = ("REDIS_URL", "MONGODB_URI", "JWT_SECRET", "KAFKA_SASL_PASSWORD", "VAPID_PRIVATE_KEY")
"""The settings that may be stored there: those that contain a password or a key."""

ReadSecret = Callable[[str], str]
"""Returns the text of the secret with an ARN. Raises LookupError with the reason, as the end of a sentence."""


def with_secrets(environ: Mapping[str, str], open_reader: Callable[[], ReadSecret]) -> dict[str, str]:
    """Return `environ` with the values of its secrets. `open_reader` is called only where there are secrets.

    Raises SettingsError for the first secret that cannot be read or is empty, and where a variable is set in both ways:
    whichever of the two won, half of those who look at the configuration would be wrong about which one is used.
    """
    names = [name for name in SECRETS if environ.get(f"{name}_SECRET_ARN")]
    for name in names:
        if environ.get(name):
            raise SettingsError(f"{name} and {name}_SECRET_ARN are both set: unset the one that is not to be used.")
    resolved = dict(environ)
    read = open_reader() if names else None
    for name in names:
        variable = f"{name}_SECRET_ARN"
        try:
            text = read(environ[variable]) if read else ""
        except LookupError as error:
            raise SettingsError(f"{variable}: the secret cannot be read: {error.args[0]}.") from None
        if not text.strip():
            raise SettingsError(f"{variable}: the secret is empty.")
        resolved[name] = text
    return resolved
