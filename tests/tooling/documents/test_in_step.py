"""The documents are in step with the code: a change of the code is noticed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from chalicelib.handlers import http
from chalicelib.models import event_types
from chalicelib.models.requests import Strict
from infra.documents import files
from infra.documents.__main__ import main


def check() -> Result:
    return CliRunner().invoke(main, ["--check"])


def test_the_documents_are_those_of_the_code() -> None:
    checked = check()
    assert checked.exit_code == 0, checked.output


@pytest.fixture
def endpoints() -> Iterator[list[http.Endpoint]]:
    """The list of the routes, which a test may change; it is restored afterwards."""
    before = list(http.ENDPOINTS)
    yield http.ENDPOINTS
    http.ENDPOINTS[:] = before


def test_a_changed_model_of_a_body_is_noticed(endpoints: list[http.Endpoint]) -> None:
    class Login(Strict, frozen=True):
        emailId: str
        oneTimePassword: str

    position = next(number for number, endpoint in enumerate(endpoints) if endpoint.name == "login")
    endpoints[position] = replace(endpoints[position], takes=Login)
    checked = check()
    assert checked.exit_code == 1
    assert "openapi.json is out of date" in checked.output
    assert '"oneTimePassword"' in checked.output
    assert "asyncapi.json" not in checked.output


def test_a_route_that_is_gone_is_noticed(endpoints: list[http.Endpoint]) -> None:
    del endpoints[0]
    assert check().exit_code == 1


def test_changed_data_of_an_event_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class ProfileView(msgspec.Struct, frozen=True):
        viewedUserId: str
        fromTheFeed: bool

    declared = replace(event_types.EVENT_TYPES["PROFILE_VIEW"], data=ProfileView)
    monkeypatch.setitem(event_types.EVENT_TYPES, "PROFILE_VIEW", declared)
    checked = check()
    assert checked.exit_code == 1
    assert re.search(r"asyncapi-kafka.json is out of date: \d+ lines are missing, \d+ are too many\.", checked.output)
    assert '"fromTheFeed": {' in checked.output


def test_a_missing_or_edited_document_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {name: (files.DIRECTORY / name).read_bytes() for name in files.made()}
    monkeypatch.setattr(files, "DIRECTORY", tmp_path)
    (tmp_path / files.OPENAPI).write_text("{}\n")
    assert check().exit_code == 1
    assert CliRunner().invoke(main).output.splitlines() == [f"{name} is written." for name in kept]
    assert {name: (tmp_path / name).read_bytes() for name in kept} == kept  # the same bytes, each time
    assert CliRunner().invoke(main).output == ""
    assert check().exit_code == 0
