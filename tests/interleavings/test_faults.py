"""Faults that are put in by hand are found: the explorer names the order that breaks an invariant."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from chalicelib.caching import leases, recent_messages
from chalicelib.consumer.effects.presence_fanout import PresenceFanout
from chalicelib.events.outbox import Written
from chalicelib.events.publisher import Publisher
from chalicelib.stores import presence
from chalicelib.stores.message_changes import MessageChanges
from chalicelib.stores.message_commits import MessageCommits
from chalicelib.stores.sockets import SocketStore
from chalicelib.stores.users import UserStore
from tests.interleavings.catalogue import scenario_of
from tests.interleavings.exploration import explore
from tests.interleavings.people import People
from tests.interleavings.proving import deaths_of
from tests.interleavings.world import World


def find_violation(world: World, people: People, name: str) -> str:
    """Explores a scenario, and returns the first violation: without a death, or else with one."""
    scenario = scenario_of(name)
    undisturbed = explore(world, people, scenario)
    if undisturbed.violation is not None:
        return undisturbed.violation
    for death in deaths_of(undisturbed):
        violation = explore(world, people, scenario, death).violation
        if violation is not None:
            return violation
    pytest.fail("The fault was not found.")


def steps_of(violation: str) -> list[str]:
    """The steps of a violation's order, as they are printed, without their numbers."""
    return [line.split(maxsplit=1)[1] for line in violation.splitlines() if line.split()[0].isdigit()]


def test_a_copy_that_is_filled_without_its_nonce(world: World, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "_FILL", "return redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])")
    violation = find_violation(world, people, "a reader fills the user, a writer edits it")
    assert "a read sees None, and MongoDB has 'new'" in violation
    steps = steps_of(violation)
    read, edit = (
        steps.index("reader 1: MongoDB find users <ada>"),
        steps.index("writer: MongoDB findAndModify users <ada>"),
    )
    deletion, fill = steps.index("writer: Redis DEL user:<ada>"), steps.index("reader 1: Redis EVALSHA user:<ada>")
    assert read < edit < deletion < fill


def test_messages_that_are_filled_without_their_nonce(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, unconditional = recent_messages._FILL.partition("return 0 end\n")
    monkeypatch.setattr(recent_messages, "_FILL", unconditional)
    violation = find_violation(world, people, "send and history")
    assert "send 1 was acknowledged, and the history does not have it" in violation


def test_a_copy_that_is_deleted_before_the_write(world: World, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    change, forget = UserStore.change, UserStore.forget

    def change_after_deletion(self: UserStore, user_id: str, fields: dict[str, object]) -> object:
        forget(self, user_id)
        with monkeypatch.context() as patch:
            patch.setattr(UserStore, "forget", lambda *_: None)
            return change(self, user_id, fields)

    monkeypatch.setattr(UserStore, "change", change_after_deletion)
    violation = find_violation(world, people, "a reader fills the user, a writer edits it")
    assert "before the repairs: a read sees None, and MongoDB has 'new'" in violation


def test_an_event_that_is_confirmed_before_kafka_has_it(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def publishing(self: Publisher, *written: Written | None) -> Iterator[None]:
        stored = [each for each in written if each is not None]
        self._send([each.event for each in stored])
        self.confirm(stored)
        yield

    monkeypatch.setattr(Publisher, "publishing", publishing)
    violation = find_violation(world, people, "a reader fills the user, a writer edits it")
    assert "0 events PROFILE_UPDATED are pending or in Kafka, not 1" in violation
    assert "writer, record 1: is lost: Kafka user-events has its record" in steps_of(violation)


def test_a_seq_that_is_taken_from_a_hint_alone(world: World, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    run = MessageCommits._run

    def run_by_hint(self: MessageCommits, command: dict[str, object]) -> Mapping[str, int]:
        found = self.mongo.conversations.find_one({"_id": command["query"]["_id"]}, {"lastSeq": 1})  # type: ignore[index]
        hint = found["lastSeq"] if found else 0
        update = dict(command["update"])  # type: ignore[call-overload]
        number = update.pop("$inc")["lastSeq"]
        update["$max"] = {**update["$max"], "lastSeq": hint + number}
        value = run(self, {**command, "update": update})
        return {**value, "lastSeq": hint + number}

    monkeypatch.setattr(MessageCommits, "_run", run_by_hint)
    violation = find_violation(world, people, "send and send")
    assert "was acknowledged with seq 1, where its message is not" in violation
    steps = steps_of(violation)
    commits = [steps.index(f"send {number}: MongoDB findAndModify conversations <ada>:<bob>") for number in (1, 2)]
    looks = [steps.index(f"send {number}: MongoDB find conversations <ada>:<bob>") for number in (1, 2)]
    assert max(looks) < min(commits)


def test_a_close_that_does_not_look_whether_it_was_done(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_closed = SocketStore.mark_closed

    def mark_closed_again(self: SocketStore, connection_id: str) -> object:
        update_one = self._mongo.sockets.update_one
        with monkeypatch.context() as patch:
            patch.setattr(
                self._mongo.sockets, "update_one", lambda _query, change: update_one({"_id": connection_id}, change)
            )
            return mark_closed(self, connection_id)

    monkeypatch.setattr(SocketStore, "mark_closed", mark_closed_again)
    violation = find_violation(world, people, "two $disconnect")
    assert "2 events USER_OFFLINE are pending or in Kafka, not 1" in violation


def test_a_heartbeat_that_adds_a_socket_which_was_removed(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, unconditional = presence._ADD.partition("return 0 end\n")
    monkeypatch.setattr(presence, "_ADD", unconditional)
    violation = find_violation(world, people, "presence: heartbeat, $disconnect and its effect")
    assert "the socket is online in MongoDB: False, in Redis: True" in violation


def test_a_device_that_comes_back_by_a_heartbeat_which_dies(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PresenceFanout, "_settle", lambda *_: None)
    violation = find_violation(world, people, "presence: heartbeat, sweep")
    assert "the socket is online in MongoDB: True, in Redis: False" in violation
    assert "heartbeat: dies" in steps_of(violation)


def test_a_change_that_does_not_look_whether_another_one_came_first(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = MessageChanges._write

    def write_anyway(self: MessageChanges, conversation: Mapping[str, object], *arguments: object) -> object:
        update_one = self.mongo.conversations.update_one
        with monkeypatch.context() as patch:
            patch.setattr(
                self.mongo.conversations,
                "update_one",
                lambda query, update: update_one({"_id": query["_id"]}, update),
            )
            return write(self, conversation, *arguments)  # type: ignore[arg-type] # they are passed on

    monkeypatch.setattr(MessageChanges, "_write", write_anyway)
    violation = find_violation(world, people, "change: edit, edit too")
    assert "was answered, and the message is" in violation
    steps = steps_of(violation)
    reads = [steps.index(f"{name}: MongoDB find conversations <ada>:<bob>") for name in ("edit", "edit too")]
    writes = [steps.index(f"{name}: MongoDB update conversations <ada>:<bob>") for name in ("edit", "edit too")]
    assert max(reads) < min(writes)


def test_a_reader_who_fills_what_was_read_before_an_edit(
    world: World, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, unconditional = recent_messages._FILL.partition("return 0 end\n")
    monkeypatch.setattr(recent_messages, "_FILL", unconditional)
    violation = find_violation(world, people, "change: edit, read")
    assert "the history says" in violation
