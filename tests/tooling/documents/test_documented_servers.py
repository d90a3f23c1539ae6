"""The server addresses in the documents are those of `make run` and of the stage on AWS."""

import json

import click
import pytest

from infra.documents import servers
from infra.documents.files import made
from infra.local.__main__ import main
from infra.local.state import CHECKOUT


@pytest.mark.parametrize(
    ("option", "port"), [("rest_port", servers.REST_PORT), ("websocket_port", servers.WEBSOCKET_PORT)]
)
def test_the_ports_are_those_of_make_run(option: str, port: int) -> None:
    assert isinstance(main, click.Group)
    assert {parameter.name: parameter.default for parameter in main.commands["run"].params}[option] == port


def test_the_addresses_on_aws_end_in_the_stage() -> None:
    stage = json.loads((CHECKOUT / ".chalice" / "config.json").read_text())["api_gateway_stage"]
    documents = made()
    assert documents["openapi.json"]["servers"][1]["url"].endswith(f".amazonaws.com/{stage}")
    assert documents["asyncapi.json"]["servers"]["aws"]["pathname"] == f"/{stage}"
