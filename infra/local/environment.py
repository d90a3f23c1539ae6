"""The environment variables of the gateway, the consumer and the commands beside them."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from infra.local.files import write_atomically
from infra.local.state import StateDirectory


@dataclass(frozen=True)
class Ports:
    """The ports of the local gateway."""

    rest: int
    websocket: int


ADDRESSES = (
    "REDIS_URL",
    "REDIS_URL_SECRET_ARN",
    "MONGODB_URI",
    "MONGODB_URI_SECRET_ARN",
    "KAFKA_BOOTSTRAP_SERVERS",
)
"""The variables that name servers."""

_LOOPBACK = ("127.0.0.1", "localhost")

PAGE_PORTS = (3000, 4200, 5173, 8080)
"""Where the development servers of web frameworks have their pages."""


def past_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables that keep clients from asking a proxy for a server on the loopback.

    HTTP clients take a proxy from the environment for every address that NO_PROXY does not name. Both spellings are
    set, as clients differ in which of them they read first.
    """
    named = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in named.split(",") if host.strip()]
    value = ",".join([*hosts, *(host for host in _LOOPBACK if host not in hosts)])
    return {"NO_PROXY": value, "no_proxy": value}


def application_environment(
    state: StateDirectory, servers: Mapping[str, str], ports: Ports, environ: Mapping[str, str]
) -> dict[str, str]:
    """Returns the variables that the local system sets. Those set in `environ`, the user's, take precedence.

    The AWS keys are dummies: boto3 requires some, and nothing local reaches AWS with them.
    """
    private_key, public_key = state.vapid_keys()
    ours = {
        **servers,
        "VAPID_PRIVATE_KEY": private_key,
        "VAPID_PUBLIC_KEY": public_key,
        "JWT_SECRET": state.jwt_secret(),
        "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{ports.websocket}",
        # boto3's own variable: mails are sent to the gateway, which keeps each as a file
        "AWS_ENDPOINT_URL_SESV2": f"http://127.0.0.1:{ports.websocket}",
        "EMAIL_FROM": "DevConnect <hello@devconnect.example>",
        # those of the page that the gateway serves first
        "ALLOWED_ORIGINS": ",".join(
            f"http://{host}:{port}" for port in (ports.rest, *PAGE_PORTS) for host in _LOOPBACK
        ),
        "PUBLIC_URL": f"http://127.0.0.1:{ports.rest}/api",
        "MAIL_DIR": str(state.mail),
        "EXPORT_DIRECTORY": str(state.exports.resolve()),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
    return {name: environ.get(name) or value for name, value in ours.items()}


def write_exports(state: StateDirectory, environment: Mapping[str, str]) -> None:
    """Writes `.local/env`, which a shell can source."""
    lines = (f"export {name}={shlex.quote(value)}\n" for name, value in environment.items())
    write_atomically(state.environment, "".join(lines))


def read_exports(state: StateDirectory) -> dict[str, str]:
    """Returns the variables that `write_exports` wrote. Raises FileNotFoundError while nothing runs."""
    words = shlex.split(state.environment.read_text())
    return dict(word.split("=", 1) for word in words if word != "export")


def of_running_servers(state: StateDirectory, environ: Mapping[str, str]) -> Mapping[str, str] | None:
    """Returns the variables of the servers that run from `state`, or nothing more where `environ` names some itself.

    So it is never a mixture of two systems. None where no servers are named and none run, or not yet.
    """
    if any(environ.get(name) for name in ADDRESSES):
        return {}
    if not state.is_in_use():
        return None
    try:
        return read_exports(state)
    except FileNotFoundError:  # the system is starting or stopping
        return None
