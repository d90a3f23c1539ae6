"""`audit` finds no difference in a sound system, at rest or under load. It runs before the books are falsified."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.models.pairs import pair_id
from tests.tooling.ops.audited_system import AuditedSystem

pytestmark = pytest.mark.real_kafka


def test_the_books_of_a_sound_system_balance(audited: AuditedSystem) -> None:
    ada, bob = audited.pair()
    connections = audited.wiring.connections
    connections.request(ada.credentials, bob.user.userId, "interested")
    connections.answer(bob.credentials, ada.user.userId, "accepted")
    for connection_id in ("of Ada's laptop=", "of Ada's phone="):
        audited.wiring.publisher.publish(audited.wiring.socket_store.open(connection_id, ada.credentials))
    audited.decided_case(ada)
    audited.send(ada, bob, 40)
    audited.send(bob, ada)
    audited.move(pair_id(ada.user.userId, bob.user.userId))
    audited.settle()

    balanced = audited.audit()
    assert balanced["differences"] == {}
    assert balanced["notes"] == []
    # 4 signups, 2 steps of a connection, 2 sockets, 41 messages, a report, a suspension and its end
    assert balanced["totals"]["causes"] == 52
    # The same, 41 times analytics, 2 notifications of the connection, 40 of messages to Bob, who is offline, and one
    # end of all sessions, of who is suspended.
    assert balanced["totals"]["events"] == balanced["totals"]["recorded"] == 136
    assert balanced["totals"]["days"] >= 1
    assert "The books balance." in audited.ops("audit")


def test_the_books_of_a_system_under_load_balance(audited: AuditedSystem) -> None:
    ada, bob = audited.pair()
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.1):  # a user may send 600 messages in a minute
            audited.send(ada, bob, 2)

    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(write)
        try:
            audits = [json.loads(audited.ops("audit", "--json")) for _ in range(4)]
        finally:
            stop.set()
        writing.result()
    assert [audit["shown"] for audit in audits] == [[]] * 4
    assert audits[-1]["totals"]["events"] > audits[0]["totals"]["events"]
    assert "not compared" in audits[-1]["notes"][0]
    audited.settle()


def test_a_period_that_ends_before_it_begins_is_refused(audited: AuditedSystem) -> None:
    audited.ops("audit", "--from", "2026-01-02", "--to", "2026-01-01", code=2)
    audited.ops("audit", "--from", "yesterday", code=2)
