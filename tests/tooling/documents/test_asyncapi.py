"""The AsyncAPI documents are valid and complete."""

import json
from pathlib import Path
from typing import get_args

import pytest

from chalice_local_websockets.responses import error_frame
from chalicelib.events.topics import DEAD_LETTER, EVENT_TOPICS, types_on
from chalicelib.handlers.websocket import ACTIONS
from chalicelib.models.frames import Frame
from chalicelib.models.pushed import Pushed
from infra.documents.files import ASYNCAPI, ASYNCAPI_KAFKA, DIRECTORY
from infra.documents.websocket import GATEWAY_FAILURE, RESPONSES
from tests.tooling.documents import parser
from tests.tooling.documents.asyncapi_schemas import document, faults
from tests.tooling.documents.npm_tools import NPM

needs_npm = pytest.mark.skipif(NPM is None, reason="needs npm, for the parser of AsyncAPI: install Node.js")


def complaints(path: Path) -> list[parser.Diagnostic]:
    severe = {parser.ERROR, parser.WARNING}
    return [diagnostic for diagnostic in parser.diagnostics(path) if diagnostic["severity"] in severe]


@needs_npm
@pytest.mark.parametrize("name", [ASYNCAPI, ASYNCAPI_KAFKA])
def test_the_documents_are_valid(name: str) -> None:
    assert complaints(DIRECTORY / name) == []


@needs_npm
def test_the_parser_reports_a_wrong_document(tmp_path: Path) -> None:
    wrong = json.loads((DIRECTORY / ASYNCAPI).read_text())
    wrong["operations"]["receive-typing"]["action"] = "hear"
    (tmp_path / ASYNCAPI).write_text(json.dumps(wrong))
    assert complaints(tmp_path / ASYNCAPI)[0]["path"] == "operations.receive-typing.action"


def test_asyncapi_json_has_each_action_and_each_event() -> None:
    models = {*get_args(Frame), *Pushed.__subclasses__()}
    names = {model.__name__ for model in models} | {GATEWAY_FAILURE}
    assert set(document()["channels"]["socket"]["messages"]) == names
    assert set(RESPONSES) == set(ACTIONS) == set(get_args(Frame))


def test_api_gateways_own_error_frame_is_a_reply_of_each_action() -> None:
    assert faults(GATEWAY_FAILURE, json.loads(error_frame("L0SM9cOFvHcCIhw=", "r="))) == []
    for name, operation in document()["operations"].items():
        if "reply" in operation:
            assert operation["reply"]["messages"][-1]["$ref"].endswith(f"/{GATEWAY_FAILURE}"), name


def test_every_frame_and_every_answer_is_known_by_its_request_id() -> None:
    messages = document()["components"]["messages"]
    answers = {event.__name__ for event in RESPONSES.values() if event is not None} | {"ErrorEvent"}
    with_id = {name for name, message in messages.items() if "correlationId" in message}
    assert with_id == {frame.__name__ for frame in get_args(Frame)} | answers


def test_every_event_in_kafka_is_known_by_its_id() -> None:
    messages = document(ASYNCAPI_KAFKA)["components"]["messages"]
    assert {name for name, message in messages.items() if "correlationId" not in message} == {"DeadLetter"}


def test_the_document_of_kafka_has_each_topic_with_its_event_types() -> None:
    channels = document(ASYNCAPI_KAFKA)["channels"]
    topics = {name: tuple(channel["messages"]) for name, channel in channels.items()}
    assert topics == {topic: types_on(topic) for topic in EVENT_TOPICS} | {DEAD_LETTER: ("DeadLetter",)}
