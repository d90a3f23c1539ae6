"""Moderators, what users report to them, and what they decide."""

from collections.abc import Mapping

import httpx
import pytest
from click.testing import CliRunner

from infra.ops.__main__ import main as operations
from tests.e2e.clients import Json, Person
from tests.e2e.people import MakePerson


@pytest.fixture
def mod(make_person: MakePerson, environment: dict[str, str]) -> Person:
    """A moderator."""
    person = make_person("Mod")
    give_role(environment, person)
    return person


def give_role(environment: Mapping[str, str], person: Person, command: str = "moderators") -> None:
    """Has an operator make this person a moderator, or with another command of infra.ops whatever that makes."""
    _operate(environment, command, "add", person.email_id)


def take_role(environment: Mapping[str, str], person: Person) -> None:
    _operate(environment, "moderators", "remove", person.email_id)


def _operate(environment: Mapping[str, str], *arguments: str) -> None:
    result = CliRunner().invoke(operations, arguments, env=dict(environment))
    assert result.exit_code == 0, result.output


def report(reporter: Person, reported: Person, reason: str = "spam", **more: object) -> httpx.Response:
    return reporter.post("/api/reports", {"userId": reported.user_id, "reason": reason, **more})


def queue(moderator: Person, status: str = "open") -> list[Json]:
    """Returns all cases of a status."""
    cases: list[Json] = []
    after: dict[str, str] = {}
    while True:
        answer = moderator.get("/api/moderation/cases", status=status, limit=100, **after)
        assert answer.status_code == 200, answer.text
        cases += answer.json()["cases"]
        if not answer.json()["hasMore"]:
            return cases
        after = {"after": cases[-1]["caseId"]}


def case_about(moderator: Person, person: Person, status: str = "open") -> Json:
    """Returns the one case of a status about a person."""
    [case] = [case for case in queue(moderator, status) if case["userId"] == person.user_id]
    return case


def decide(moderator: Person, case: Json, act: str, **more: object) -> httpx.Response:
    return moderator.post(f"/api/moderation/cases/{case['caseId']}/acts", {"act": act, **more})


def suspend(moderator: Person, reporter: Person, person: Person) -> Json:
    """Has a person reported and suspended, and returns the case."""
    assert report(reporter, person).status_code == 204
    case = case_about(moderator, person)
    decided = decide(moderator, case, "suspend", reason="spam")
    assert decided.status_code == 200, decided.text
    return case
