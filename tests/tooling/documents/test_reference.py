"""The reference pages name what the code has: calls, actions, variables, commands and metrics, and nothing else."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import click
from prometheus_client import REGISTRY

from chalicelib.consumer.telemetry import metrics
from chalicelib.handlers.http import ENDPOINTS
from chalicelib.handlers.websocket import ACTIONS
from chalicelib.models.pushed import Pushed
from chalicelib.settings import load
from chalicelib.settings.rate_limits import Endpoint
from infra.documents.files import made
from infra.local.__main__ import main as local
from infra.local.environment import Ports, application_environment
from infra.local.state import CHECKOUT, StateDirectory
from infra.ops.__main__ import main as ops
from tests.tooling.documents.tables import rows

REFERENCE = CHECKOUT / "docs" / "reference"
API, SETTINGS, OPERATIONS = (REFERENCE / f"{name}.md" for name in ("api", "settings", "operations"))

NOT_VARIABLES = {"SASL_SSL"}
"""Words in capitals that are values."""

PATTERNS = {"<NAME>_SECRET_ARN", "RATE_LIMIT_<ENDPOINT>"}


def in_backticks(cells: Iterable[str]) -> set[str]:
    return {text for cell in cells for text in re.findall(r"`([^`]+)`", cell)}


def test_the_api_page_has_every_call() -> None:
    made()  # imports every handler
    calls = {f"{endpoint.method} {endpoint.path.removeprefix('/api/')}" for endpoint in ENDPOINTS}
    assert in_backticks(rows(API, "| call | body or query | answer |")) == calls


def test_the_api_page_has_every_status_with_a_body_of_its_own() -> None:
    """A row for several calls names the statuses of all of them; errors that every call may meet are not named."""
    made()
    statuses = {
        f"{endpoint.method} {endpoint.path.removeprefix('/api/')}": {str(status) for status in endpoint.responses}
        for endpoint in ENDPOINTS
    }
    for calls, cells in rows(API, "| call | body or query | answer |").items():
        expected = {status for call in in_backticks([calls]) for status in statuses[call]}
        named = set(re.findall(r"\b[2-5]\d\d\b", cells.rpartition("|")[2]))
        assert expected <= named, calls
        assert all(status >= "400" for status in named - expected), calls


def test_the_api_page_has_every_action_and_event() -> None:
    heading = "| a client sends `action` | the server answers or pushes `event` |"
    actions = {frame.__struct_config__.tag for frame in ACTIONS}
    table = API.read_text().partition(f"{heading}\n")[2].partition("\n\n")[0].splitlines()[1:]
    first_cells, second_cells = zip(*(row.strip("|").split("|", 1) for row in table), strict=True)
    assert in_backticks(first_cells) == actions
    events = {event.__struct_config__.tag for event in Pushed.__subclasses__()}
    assert {name for name in in_backticks(second_cells) if not name.startswith("GET ")} == events


def variables_of_the_code() -> Iterator[str]:
    """The words in capitals that stand in quotation marks in the settings."""
    for path in (CHECKOUT / "chalicelib" / "settings").glob("*.py"):
        yield from re.findall(r"\"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\"", path.read_text())


def variables_of_the_local_system(state: StateDirectory) -> Iterator[str]:
    """The variables that `make run` sets for its processes, and those that its commands read."""
    yield from application_environment(state, {}, Ports(0, 0), {})
    for command in local.commands.values():
        yield from (str(option.envvar) for option in command.params if option.envvar)


def test_the_settings_page_has_every_variable(tmp_path: Path) -> None:
    local_variables = variables_of_the_local_system(StateDirectory(tmp_path))
    cells = [cell.replace("(host:port)", "") for cell in rows(SETTINGS, "| variable | meaning | default |")]
    assert in_backticks(cells) == {*variables_of_the_code(), *local_variables, *PATTERNS} - NOT_VARIABLES


def test_the_settings_page_has_the_defaults() -> None:
    required = {
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "MONGODB_URI": "mongodb://127.0.0.1:27017/devconnect?replicaSet=rs0",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
        "JWT_SECRET": "x" * 32,
        "WEBSOCKET_ENDPOINT": "http://127.0.0.1:8001",
    }
    settings = load(required)
    host, port = settings.health_address
    variables = rows(SETTINGS, "| variable | meaning | default |")
    defaults = {name: cells.rpartition("|")[2].strip() for name, cells in variables.items()}
    assert defaults["`BCRYPT_ROUNDS`"] == str(settings.bcrypt_rounds)
    assert defaults["`PRESENCE_TTL_SECONDS`"] == str(settings.presence_ttl_seconds)
    assert defaults["`PRESENCE_AUDIENCE`"] == f"`{settings.presence_audience}`"
    assert defaults["`KAFKA_SECURITY_PROTOCOL`"] == settings.kafka.security_protocol
    assert defaults["`HEALTH_ADDRESS`"].startswith(f"{host}:{port};")


def test_the_settings_page_has_every_rate_limited_endpoint() -> None:
    sentence = SETTINGS.read_text().partition("`<ENDPOINT>` is one of")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([A-Z_]+)`", sentence)) == {
        name.upper().replace("-", "_") for name in (*get_args(Endpoint), "default")
    }


def commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


def test_the_operations_page_has_every_command() -> None:
    assert isinstance(ops, click.Group)
    assert in_backticks(rows(OPERATIONS, "| command | what it does |")) == set(commands(ops))


def test_the_operations_page_has_every_metric() -> None:
    assert set(metrics.LAG._labelnames) == {"topic", "partition"}  # the import registers them
    ours = {
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in REGISTRY.collect()
        if metric.name.startswith("devconnect_")
    }
    assert in_backticks(rows(OPERATIONS, "| metric | what it tells |")) == ours
