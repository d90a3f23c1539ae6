"""MongoDB is lost and restored from a copy by the steps of docs/restore.md: what comes back, and what is named."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.clock import iso, utc_now
from chalicelib.errors import BadCredentials, Suspended, Unauthorized
from chalicelib.models.frames import MissedFrom
from chalicelib.models.moderation import CasesQuery, Decision, Report
from chalicelib.models.pairs import pair_id
from chalicelib.models.requests import HistoryQuery, Leave, PasswordChange, ProfileChange
from chalicelib.models.responses import MessageResponse
from chalicelib.services.accounts import NewSession
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.users import MODERATOR
from devconnect_client.conversation import Conversation
from devconnect_client.events import Message
from tests.resilience.restore.restore_page import commands_of
from tests.resilience.restore.restored_system import RestoredSystem, restored_system
from tests.support.server_variables import without_servers
from tests.support.users import PASSWORD, log_in, new_client, sign_up

pytestmark = pytest.mark.real_kafka

NEW_PASSWORD = "battery staple of Ada"


Printed = dict[str, Any]  # Any: JSON as a script sees it


@dataclass(frozen=True)
class Rehearsal:
    """What a restore was made of: who was there, what they saw before MongoDB was lost, and what commands printed."""

    system: RestoredSystem
    ada: NewSession
    bob: NewSession
    carol: NewSession
    dave: NewSession
    eve: NewSession
    mallory: NewSession
    mod: NewSession
    sent: list[MessageResponse]
    bobs_device: Conversation
    counts: dict[str, int]
    notified: set[str]
    missing: dict[str, int]
    reconciled: Printed
    repeated: Printed
    closed: Printed
    unclosed: Printed


def counted(system: RestoredSystem) -> dict[str, int]:
    return {
        f"{day['_id']} {name}": count
        for day in system.wiring.mongo.analytics_daily.find()
        for name, count in {**day["counts"], "activeUsers": day.get("activeUsers", 0)}.items()
    }


def notified(system: RestoredSystem) -> set[str]:
    return {notification["_id"] for notification in system.wiring.mongo.notifications.find()}


def synced(system: RestoredSystem, session: NewSession, other: NewSession, device: Conversation) -> list[Message]:
    """What a device shows after it has asked for what it misses."""
    missed = MissedFrom(userId=other.user.userId, afterSeq=device.upto)
    [answer] = system.wiring.message_sync.missed(session.credentials, [missed])
    assert answer.complete
    return device.take(*(Message.of(msgspec.to_builtins(message)) for message in answer.messages))


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    environ = without_servers()
    with restored_system(tmp_path_factory.mktemp("restored"), environ) as system:
        yield rehearse(system)


def rehearse(system: RestoredSystem) -> Rehearsal:
    before_the_backup = utc_now() - timedelta(minutes=2)
    ada, bob, carol, eve, mallory, mod = (sign_up(system.wiring) for _ in range(6))
    system.wiring.roles.give(MODERATOR, mod.user.emailId)
    sent = system.send(ada, bob, "1", "2", "3")
    system.wiring.connections.request(ada.credentials, bob.user.userId, "interested")
    system.wiring.changes_of_messages.edit(ada.credentials, bob.user.userId, 1, "one")
    system.settle(seconds=60)
    system.back_up()

    sent += system.send(ada, bob, "4", "5", "6", "7", "8")
    bobs_device = Conversation()
    synced(system, bob, ada, bobs_device)
    changes = system.wiring.changes_of_messages
    changes.edit(ada.credentials, bob.user.userId, 1, "number one")
    changes.delete(ada.credentials, bob.user.userId, 2)
    changes.delete(ada.credentials, bob.user.userId, 5)
    system.wiring.conversations.mark_read(bob.credentials, ada.user.userId, 7, from_socket="")
    system.wiring.connections.answer(bob.credentials, ada.user.userId, "accepted")
    system.wiring.profiles.change(bob.credentials, ProfileChange(about="I build things."))
    system.send(carol, ada, "Hello", "Ada")
    dave = sign_up(system.wiring)
    system.send(dave, ada, "I am new here")
    password = PasswordChange(currentPassword=PASSWORD, newPassword=NEW_PASSWORD)
    ada = system.wiring.password_changes.change(ada.credentials, password, new_client())
    system.wiring.logout.log_out_everywhere(carol.credentials)
    system.wiring.leaving.leave(eve.credentials, Leave(currentPassword=PASSWORD))
    system.wiring.reports.report(bob.credentials, Report(userId=mallory.user.userId, reason="spam"))
    [case] = system.wiring.moderation.queue(mod.credentials, CasesQuery()).cases
    system.wiring.moderation.decide(mod.credentials, case.caseId, Decision(act="suspend", reason="spam"))
    system.settle(seconds=60)
    counts, notifications = counted(system), notified(system)
    # The consumer stops first: it has not read the last event, and one message has none, as its function died.
    system.consumer.stop()
    system.wiring.message_commits.commit(ada.user.userId, bob.user.userId, [Draft("9")])
    sent += system.send(ada, bob, "10")
    synced(system, bob, ada, bobs_device)
    stood_still = utc_now()
    system.lose_mongodb()

    def run(step: int, *more: str, code: int = 0) -> list[str]:
        commands = commands_of(step, before_the_backup=before_the_backup, stood_still=stood_still)
        return [system.ops(*command, *more, code=code) for command in commands]

    system.restore()
    assert not all("0 were deleted" in printed for printed in run(3)), "there were copies"
    [missing] = run(4, "--json", code=1)
    [reconciled] = run(5, "--json")
    [repeated] = run(5, "--json")
    system.start_consumer()
    system.settle(seconds=60)
    now = iso(utc_now())
    [closed] = run(7, "--to", now, "--json")
    unclosed = system.ops("audit", "--from", iso(before_the_backup), "--to", now, "--json", code=1)
    return Rehearsal(
        system=system,
        ada=ada,
        bob=bob,
        carol=carol,
        dave=dave,
        eve=eve,
        mallory=mallory,
        mod=mod,
        sent=sent,
        bobs_device=bobs_device,
        counts=counts,
        notified=notifications,
        missing=json.loads(missing)["differences"],
        reconciled=json.loads(reconciled),
        repeated=json.loads(repeated),
        closed=json.loads(closed),
        unclosed=json.loads(unclosed),
    )


def test_the_audit_names_what_is_missing_before(rehearsal: Rehearsal) -> None:
    # 5 messages of Ada with seqs 4 to 8 and the 10th, 2 of Carol, Dave and his message, Bob's answer, a report, an act.
    assert rehearsal.missing["cause_missing"] == 6 + 2 + 2 + 1 + 2
    assert rehearsal.missing["effect_missing"] > 10


def test_reconcile_says_what_it_has_done_and_whom_a_loss_concerns(rehearsal: Rehearsal) -> None:
    done = rehearsal.reconciled
    assert (done["places"], done["conversations"]) == (7 + 2, 2)
    assert (done["connections"], done["reads"], done["usersLoggedOut"]) == (1, 1, 6)
    assert (done["changes"], done["cases"], done["left"]) == (3, 2, 1)
    assert done["lost"] == {
        "accounts": [rehearsal.dave.user.userId],
        "passwords": [rehearsal.ada.user.userId],
        "profiles": [rehearsal.bob.user.userId],
    }


def test_reconcile_may_be_repeated(rehearsal: Rehearsal) -> None:
    steps = ("recorded", "places", "changes", "connections", "reads", "cases", "left")
    assert {name: rehearsal.repeated[name] for name in steps} == dict.fromkeys(steps, 0)


def test_the_books_balance_but_for_what_is_lost(rehearsal: Rehearsal) -> None:
    assert rehearsal.closed["differences"] == {}
    assert rehearsal.closed["totals"]["lost"] == 2, "Dave, and his message"
    assert rehearsal.unclosed["differences"] == {"cause_missing": 2}


def test_each_event_counts_once(rehearsal: Rehearsal) -> None:
    """Two messages were not counted before MongoDB was lost: the last one, and the one whose function died. And Eve
    leaves once more, and Mallory is suspended once more."""
    now, day = counted(rehearsal.system), utc_now().date()
    more = {f"{day} {name}": 2 for name in ("MESSAGE_SENT", "MESSAGE_ANALYTICS", "MESSAGE_NOTIFICATION")}
    more[f"{day} USER_LOGOUT"] = 2
    assert now == {name: count + more.get(name, 0) for name, count in rehearsal.counts.items()}


def test_nobody_is_notified_or_welcomed_again(rehearsal: Rehearsal) -> None:
    assert notified(rehearsal.system) == rehearsal.notified
    welcomed = {email["to"] for email in rehearsal.system.wiring.mongo.emails.find({"kind": "welcome"})}
    there = (rehearsal.ada, rehearsal.bob, rehearsal.carol, rehearsal.mallory, rehearsal.mod)
    assert welcomed == {user.user.emailId for user in there}


def test_who_left_after_the_backup_has_left(rehearsal: Rehearsal) -> None:
    with pytest.raises(BadCredentials):
        log_in(rehearsal.system.wiring, rehearsal.eve)
    mongo = rehearsal.system.wiring.mongo
    assert mongo.users.find_one({"emailId": rehearsal.eve.user.emailId}) is None


def test_who_was_suspended_after_the_backup_is_suspended_until_a_moderator_reinstates_them(
    rehearsal: Rehearsal,
) -> None:
    wiring = rehearsal.system.wiring
    with pytest.raises(Suspended):
        log_in(wiring, rehearsal.mallory)
    mod = log_in(wiring, rehearsal.mod)
    [case] = wiring.moderation.queue(mod.credentials, CasesQuery(status="suspended")).cases
    assert (case.userId, case.reports, case.profile) == (rehearsal.mallory.user.userId, 1, None)
    wiring.moderation.decide(mod.credentials, case.caseId, Decision(act="reinstate"))
    log_in(wiring, rehearsal.mallory)


def test_sessions_of_the_backup_have_ended(rehearsal: Rehearsal) -> None:
    for session in (rehearsal.ada, rehearsal.bob, rehearsal.carol):
        with pytest.raises(Unauthorized):
            rehearsal.system.wiring.profiles.own(session.credentials)


def test_the_former_password_opens_a_session_and_the_lost_one_does_not(rehearsal: Rehearsal) -> None:
    with pytest.raises(BadCredentials):
        log_in(rehearsal.system.wiring, rehearsal.ada, NEW_PASSWORD)
    log_in(rehearsal.system.wiring, rehearsal.ada)


def test_lost_messages_keep_their_place_and_a_device_misses_none_that_follows(rehearsal: Rehearsal) -> None:
    system = rehearsal.system
    ada, bob = (log_in(system.wiring, user) for user in (rehearsal.ada, rehearsal.bob))
    history = system.wiring.messages.history(bob.credentials, ada.user.userId, HistoryQuery()).messages
    known = {message.seq: message for message in rehearsal.sent}
    known[1] = msgspec.structs.replace(known[1], message="one")  # its second edit is lost
    known[2] = msgspec.structs.replace(known[2], message="")  # its deletion is not
    assert [(message.seq, message.message) for message in history] == [
        (seq, known[seq].message if seq <= 3 else "") for seq in range(1, 11)
    ]
    changed = [(message.seq, message.change, message.deleted is True) for message in history if message.change]
    assert changed == [(1, 2, False), (2, 3, True), (5, 4, True)]
    for message in history:
        if message.seq != 9:  # its event never reached Kafka
            assert (message.messageId, message.ts) == (known[message.seq].messageId, known[message.seq].ts)

    assert rehearsal.bobs_device.upto == 10
    [following] = system.send(ada, bob, "And on we go")
    assert [message.text for message in synced(system, bob, ada, rehearsal.bobs_device)] == ["And on we go"]
    assert [message.text for message in synced(system, bob, ada, Conversation(upto=8))] == ["", "", "And on we go"]
    assert following.seq == 11


def test_no_deleted_text_comes_back_and_no_number_is_taken_twice(rehearsal: Rehearsal) -> None:
    system = rehearsal.system
    ada, bob = (log_in(system.wiring, user) for user in (rehearsal.ada, rehearsal.bob))
    conversation = system.wiring.mongo.conversations.find_one({"_id": pair_id(ada.user.userId, bob.user.userId)})
    assert conversation is not None
    assert [entry["text"] for entry in conversation["tail"][:3]] == ["one", "", "3"]
    reacted = system.wiring.changes_of_messages.react(bob.credentials, ada.user.userId, 3, "👍")
    assert reacted.change == 5
    device = MissedFrom(userId=ada.user.userId, afterSeq=10, afterChange=4)
    [answer] = system.wiring.message_sync.missed(bob.credentials, [device])
    assert answer.changed == [reacted], "a device that had all changes misses none that follows"


def test_a_lost_message_that_is_sent_again_is_stored(rehearsal: Rehearsal) -> None:
    system = rehearsal.system
    carol, ada = (log_in(system.wiring, user) for user in (rehearsal.carol, rehearsal.ada))
    assert [message.seq for message in system.send(carol, ada, "Hello")] == [3]


def test_connections_and_read_marks_come_back(rehearsal: Rehearsal) -> None:
    mongo, ada, bob = rehearsal.system.wiring.mongo, rehearsal.ada.user.userId, rehearsal.bob.user.userId
    connection = mongo.connections.find_one({"_id": pair_id(ada, bob)})
    assert connection is not None
    assert connection["status"] == "accepted"
    conversation = mongo.conversations.find_one({"_id": pair_id(ada, bob)})
    assert conversation is not None
    assert conversation["readSeq"] == {bob: 7}


def test_reconcile_refuses_a_time_after_the_backup_and_a_running_consumer(rehearsal: Rehearsal) -> None:
    rehearsal.system.ops("reconcile", "--since", iso(utc_now()), "--yes", code=2)
    rehearsal.system.ops("reconcile", "--since", iso(utc_now() - timedelta(hours=1)), "--yes", code=1)
