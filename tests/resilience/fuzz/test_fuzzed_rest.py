"""Schemathesis on every operation of openapi.json: its requests are answered as the document says."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.documents.files import DIRECTORY, OPENAPI
from tests.e2e.clients import Person, sign_up
from tests.resilience.fuzz.running import Fuzzed, is_long, say, times

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
Case = schemathesis.Case[Any]  # Any: of whichever specification

BEYOND_THE_SCHEMA = (
    "72 bytes in UTF-8",
    "cannot be given together",
    "more than 100 users",
    "there is nothing between you and this user",
    "there is no conversation with this user",
    "there is no such message in this conversation",
    "there is no such request of this user",
    "you have no such notification",
    "you have no such session",
    "is not an email address",
    "one of the most common passwords",
    "is the email address, or the part before the @",
    "characters once it is composed",
    "has one clientMessageId twice",
    "it is too old: begin again without it",
    "it has no word to look for",
    "it does not name between 1 and 10 skills",
    "it is required where there are no skills",
    "it is required to warn and to suspend, and not taken otherwise",
    "is not a time between the years 2000 and 9000",
    "it must begin with https:// and a host",
    "it must name a public host",
    "it is not the address of a push service",
    "not a number with a decimal point",  # 13.0 is an integer to JSON Schema
)
"""Parts of the sentences with which code refuses a request that conforms to the schema, for reasons beyond it."""

OPERATIONS = [
    result.ok()  # type: ignore[union-attr] # an operation that is not valid OpenAPI fails here
    for result in schemathesis.openapi.from_path(DIRECTORY / OPENAPI).get_all_operations()
]


_texts = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"))
no_session: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}),
    _texts.map(lambda text: {"Authorization": f"Bearer {text}".rstrip()}),
    _texts.map(lambda text: {"Authorization": f"x{text}".rstrip()}),
    _texts.map(lambda text: {"Cookie": f"token={text}".rstrip()}),
)
"""Headers without a valid session."""


class Sender:
    """Sends requests as a signed-in user, as a new one after each response that begins or ends a session."""

    def __init__(self, fuzzed: Fuzzed) -> None:
        self._fuzzed = fuzzed
        self.receiver = self._new_person()
        self._person = self._new_person()
        self._session = requests.Session()
        self.sent = 0
        self.statuses: set[int] = set()
        self.operations: set[str] = set()
        """The operations whose conforming requests have all been sent."""

    def send(self, case: Case, headers: dict[str, str] | None = None) -> schemathesis.Response:
        """Sends a request with the user's session, or with `headers` in its place.

        Raises AssertionError for a response that is not as documented.
        """
        answer = case.call_and_validate(
            base_url=self._fuzzed.rest_url,
            session=self._session,
            headers=headers if headers is not None else self._person.authorization,
            checks=CHECKS,
        )
        self._session.cookies.clear()
        self.sent += 1
        self.statuses.add(answer.status_code)
        documented = case.operation.definition.raw["responses"].get(str(answer.status_code), {})
        sets_cookie = "set-cookie" in answer.headers
        assert sets_cookie == ("Set-Cookie" in documented.get("headers", {}))
        if sets_cookie:
            self._person.http.close()
            self._person = self._new_person()
        return answer

    def close(self) -> None:
        self._session.close()
        self._person.http.close()
        self.receiver.http.close()

    def _new_person(self) -> Person:
        return sign_up(self._fuzzed)


@pytest.fixture(scope="module")
def sender(fuzzed: Fuzzed) -> Iterator[Sender]:
    made = Sender(fuzzed)
    yield made
    made.close()
    if made.operations == {operation.label for operation in OPERATIONS}:  # not where only some tests were selected
        assert made.statuses >= {200, 201, 204, 404, 409}
    say(f"{made.sent} requests, answered with {sorted(made.statuses)}")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_a_conforming_request_is_answered_as_documented(
    operation: Any, sender: Sender
) -> None:  # Any: of one kind of schema
    @settings(max_examples=times(10), deadline=None, derandomize=not is_long(), suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), to_receiver=st.booleans())
    def sent(case: Case, *, to_receiver: bool) -> None:
        if to_receiver:
            _address(case, sender.receiver.user_id)
        answer = sender.send(case)
        if answer.status_code == 400:
            assert any(reason in answer.json()["error"] for reason in BEYOND_THE_SCHEMA), answer.text

    sent()
    sender.operations.add(operation.label)


@pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS if operation.body or operation.query or operation.path_parameters],
    ids=lambda operation: operation.label,
)
def test_a_request_that_does_not_conform_is_refused(
    operation: Any, sender: Sender
) -> None:  # Any: of one kind of schema
    @settings(max_examples=times(10), deadline=None, derandomize=not is_long(), suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def sent(case: Case) -> None:
        sender.send(case)

    sent()


@pytest.mark.parametrize(
    "operation",
    [operation for operation in OPERATIONS if operation.definition.raw["security"]],
    ids=lambda operation: operation.label,
)
def test_a_request_without_a_session_is_a_401(operation: Any, sender: Sender) -> None:  # Any: of one kind of schema
    @settings(max_examples=times(5), deadline=None, derandomize=not is_long(), suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), headers=no_session)
    def sent(case: Case, headers: dict[str, str]) -> None:
        assert sender.send(case, headers).status_code == 401

    sent()


def _address(case: Case, user_id: str) -> None:
    """Replaces made-up ids in the request by that of an existing user."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: user_id for name in ("userId", "toUserId", "userIds") if name in part})
