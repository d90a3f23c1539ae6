"""The reference pages name what the code has: calls, actions, variables, commands and metrics, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
from prometheus_client import REGISTRY

from chalicelib.consumer.telemetry import metrics
from chalicelib.handlers.http import ENDPOINTS
from chalicelib.handlers.websocket import ACTIONS
from chalicelib.models.pushed import Pushed
from chalicelib.settings.rate_limits import Endpoint
from infra.documents.files import made
from infra.local.state import CHECKOUT
from infra.ops.__main__ import main as ops

REFERENCE = CHECKOUT / "docs" / "reference"
API, SETTINGS, OPERATIONS = (REFERENCE / f"{name}.md" for name in ("api", "settings", "operations"))

NOT_VARIABLES = {"SASL_SSL"}
"""Words in capitals that are values."""

LOCAL = {"REST_PORT", "WEBSOCKET_PORT", "AWS_ENDPOINT_URL_SESV2"}
"""Variables that the local system, or boto3 itself, reads."""

PATTERNS = {"<NAME>_SECRET_ARN", "RATE_LIMIT_<ENDPOINT>"}


def first_cells(page: Path, heading: str) -> list[str]:
    """The first cell of each row of the tables with this first line."""
    tables = page.read_text().split(f"{heading}\n")[1:]
    assert tables, heading
    rows = [row for table in tables for row in table.partition("\n\n")[0].splitlines()[1:]]
    return [row.strip("|").split("|", 1)[0].strip() for row in rows]


def in_backticks(cells: list[str]) -> set[str]:
    return {text for cell in cells for text in re.findall(r"`([^`]+)`", cell)}


def test_the_api_page_has_every_call() -> None:
    made()  # imports every handler
    calls = {f"{endpoint.method} {endpoint.path.removeprefix('/api/')}" for endpoint in ENDPOINTS}
    assert in_backticks(first_cells(API, "| call | body or query | answer |")) == calls


def test_the_api_page_has_every_action_and_event() -> None:
    heading = "| a client sends `action` | the server answers or pushes `event` |"
    actions = {frame.__struct_config__.tag for frame in ACTIONS}
    assert in_backticks(first_cells(API, heading)) == actions
    text = API.read_text().partition(heading)[2]
    for event in Pushed.__subclasses__():
        assert f"`{event.__struct_config__.tag}`" in text


def variables_of_the_code() -> Iterator[str]:
    """The words in capitals that stand in quotation marks in the settings."""
    for path in (CHECKOUT / "chalicelib" / "settings").glob("*.py"):
        yield from re.findall(r"\"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\"", path.read_text())


def test_the_settings_page_has_every_variable() -> None:
    assert (
        in_backticks(
            [cell.replace("(host:port)", "") for cell in first_cells(SETTINGS, "| variable | meaning | default |")]
        )
        == {*variables_of_the_code(), *LOCAL, *PATTERNS} - NOT_VARIABLES
    )


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
    assert in_backticks(first_cells(OPERATIONS, "| command | what it does |")) == set(commands(ops))


def test_the_operations_page_has_every_metric() -> None:
    assert set(metrics.LAG._labelnames) == {"topic", "partition"}  # the import registers them
    ours = {
        metric.name + ("_total" if metric.type == "counter" else "")
        for metric in REGISTRY.collect()
        if metric.name.startswith("devconnect_")
    }
    assert in_backticks(first_cells(OPERATIONS, "| metric | what it tells |")) == ours
