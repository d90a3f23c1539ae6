"""Copies of one snapshot that work on the real servers share no id, ticket, lease or connection.

The other half is in tests/unit/test_snapshot.py.
"""

import json
from collections.abc import Mapping

import pytest

from chalice_local_websockets.invocation import RestRequest
from tests.e2e.clients import Person
from tests.e2e.people import MakePerson, make_person
from tests.support.snapshot_copies import Plan, namespace, reports_of

__all__ = ["make_person"]

COPIES = 12


def request(person: Person, path: str, body: Mapping[str, object]) -> RestRequest:
    headers = {**person.authorization, "content-type": "application/json"}
    return RestRequest("copied", "POST", f"/api/{path}", headers, json.dumps(body).encode(), "127.0.0.1")


def test_copies_that_work_share_no_id_ticket_lease_or_connection(
    make_person: MakePerson, environment: dict[str, str]
) -> None:
    within = namespace()
    if within is None:
        pytest.skip("needs the permission to make a namespace of process ids")
    ada, bob = make_person("Ada"), make_person("Bob")
    requests = [
        request(ada, "websocket-ticket", {}),
        request(ada, "messages", {"toUserId": bob.user_id, "message": "Hello"}),
    ]

    reports = reports_of(Plan(COPIES, requests=requests), environment, within)

    answers = [[json.loads(response) for response in report.responses] for report in reports]
    tickets = {ticket["ticket"] for ticket, _message in answers}
    messages = {message["messageId"] for _ticket, message in answers}
    sequence = sorted(message["seq"] for _ticket, message in answers)
    connections = [connection for report in reports for connection in report.sockets]
    assert len(tickets) == len(messages) == len({report.lease for report in reports} - {None}) == COPIES
    assert sequence == list(range(1, COPIES + 1))
    assert len(connections) >= 3 * COPIES, "each has its own to Redis, MongoDB and Kafka"
    assert len({*connections}) == len(connections)
