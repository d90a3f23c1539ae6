"""An export is there as a whole or not at all, wherever a consumer dies, and whoever makes it meanwhile."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.clients.files.directory import DirectoryFiles, FileUpload
from chalicelib.consumer.tasks.erasure import Erasure
from chalicelib.consumer.tasks.exporting import Exporting
from chalicelib.errors import FilesUnavailable, Unavailable
from chalicelib.models.requests import Leave
from chalicelib.services.accounts import NewSession
from chalicelib.stores.exports import AGAIN_AFTER, CLAIM, KEPT, ExportStore
from chalicelib.wiring import Wiring
from tests.support.clocks import OffsetClock
from tests.support.users import PASSWORD
from tests.support.waiting import eventually

AHEAD = timedelta(hours=1)
"""The consumer of the shared system makes no export that is due so much later."""


class Death(BaseException):
    """A process dies, and runs nothing more."""


class Exports:
    """Ada's export, made by processes of the test in a directory of its own."""

    def __init__(self, wiring: Wiring, ada: NewSession, directory: Path) -> None:
        self.wiring = wiring
        self.user_id = ada.user.userId
        self.directory = directory
        self.clock = OffsetClock()
        self.clock.offset = AHEAD
        self.store = ExportStore(wiring.mongo, self.clock)
        self.files = DirectoryFiles(directory, address="", keys=["k" * 32], clock=self.clock)
        self.store.request(self.user_id)

    @property
    def task(self) -> Exporting:
        return Exporting(self.store, self.wiring.export_lines, self.files, self.wiring.publisher)

    def names(self) -> set[str]:
        return {path.name for path in self.directory.glob("*")}

    def complete(self) -> set[str]:
        return {name for name in self.names() if name.endswith(".jsonl")}

    def require_complete(self) -> None:
        """The export is the only complete file that anything leads to, and has all lines."""
        export = self.store.find(self.user_id)
        assert export is not None
        assert "dueAt" not in export
        lines = (self.directory / export["key"]).read_bytes().splitlines(keepends=True)
        assert [json.loads(lines[0])[name] for name in ("kind", "userId")] == ["profile", self.user_id]
        assert sum(map(len, lines)) == export["bytes"]


@pytest.fixture
def exports(wiring: Wiring, ada: NewSession, tmp_path: Path) -> Exports:
    return Exports(wiring, ada, tmp_path / "exports")


def die(*_arguments: object) -> None:
    raise Death


def test_a_killed_process_leaves_no_file_and_another_makes_the_export(
    exports: Exports, environment: dict[str, str]
) -> None:
    exports.directory.mkdir()
    command = [sys.executable, "-m", "tests.integration.consumer.tasks.exporting_process", str(exports.directory)]
    process = subprocess.Popen([*command, str(AHEAD.total_seconds() + 1)], env=os.environ | environment)
    try:
        eventually(lambda: any(path.stat().st_size for path in exports.directory.glob("*.part")), what="a part")
    finally:
        process.kill()
        process.wait()
    assert exports.complete() == set()
    exports.task.run()
    assert exports.complete() == set()  # it is claimed by the one that died
    exports.clock.offset += CLAIM + timedelta(seconds=2)
    exports.task.run()
    assert len(exports.complete()) == 1
    exports.require_complete()
    exports.clock.offset += KEPT + timedelta(seconds=1)
    exports.task.sweep()
    assert exports.names() == set()


@pytest.mark.parametrize(
    ("owner", "method"),
    [(FileUpload, "write"), (FileUpload, "complete"), (ExportStore, "renew"), (ExportStore, "complete")],
)
def test_wherever_a_process_dies_the_next_one_makes_the_export_whole(
    exports: Exports, monkeypatch: pytest.MonkeyPatch, owner: type, method: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(owner, method, die)
        with pytest.raises(Death):
            exports.task.run()
    before = exports.store.find(exports.user_id)
    assert before is not None
    assert "key" not in before
    exports.clock.offset += CLAIM
    exports.task.run()
    exports.require_complete()


def test_a_process_that_dies_after_its_end_leaves_the_notification_to_the_relay(
    exports: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(exports.wiring.publisher), "publish", die)
    with pytest.raises(Death):
        exports.task.run()
    exports.require_complete()
    export = exports.store.find(exports.user_id)
    assert export is not None
    assert [event["eventType"] for event in export["pendingEvents"]] == ["EXPORT_NOTIFICATION"]


@pytest.mark.parametrize("failure", [FilesUnavailable(), Unavailable()])
def test_an_export_waits_for_a_server_that_is_down(
    exports: Exports, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def fail(*_arguments: object) -> None:
        raise failure

    with monkeypatch.context() as patched:
        patched.setattr(FileUpload, "write", fail)
        with pytest.raises(type(failure)):
            exports.task.run()
    assert exports.names() == set()
    exports.clock.offset += CLAIM
    exports.task.run()
    exports.require_complete()


def test_a_process_that_is_overtaken_leaves_its_file_to_nobody(
    exports: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = FileUpload.complete

    def overtaken(upload: FileUpload) -> None:
        monkeypatch.undo()
        exports.clock.offset += CLAIM
        exports.task.run()
        complete(upload)

    monkeypatch.setattr(FileUpload, "complete", overtaken)
    exports.task.run()
    assert len(exports.complete()) == 1
    exports.require_complete()


def test_the_next_export_takes_the_place_of_the_last(exports: Exports) -> None:
    exports.task.run()
    first = exports.complete()
    exports.clock.offset += AGAIN_AFTER - timedelta(seconds=5)
    assert "dueAt" not in exports.store.request(exports.user_id)
    exports.clock.offset += timedelta(seconds=6)
    assert "dueAt" in exports.store.request(exports.user_id)
    exports.task.run()
    assert len(exports.complete()) == 1
    assert not exports.complete() & first
    exports.require_complete()


def erased(exports: Exports) -> None:
    wiring = exports.wiring
    Erasure(wiring.mongo, wiring.redis, exports.store, exports.files, exports.clock).run()


def leave(exports: Exports, ada: NewSession) -> None:
    exports.wiring.leaving.leave(ada.credentials, Leave(currentPassword=PASSWORD))
    erased(exports)


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_an_account_that_leaves_takes_its_export_along(
    exports: Exports, ada: NewSession, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    complete: Callable[[FileUpload], None] = FileUpload.complete

    def leave_first(upload: FileUpload) -> None:
        leave(exports, ada)
        complete(upload)

    match when:
        case "before":
            leave(exports, ada)
        case "during":
            monkeypatch.setattr(FileUpload, "complete", leave_first)
    exports.task.run()
    if when == "after":
        leave(exports, ada)
    assert exports.store.find(exports.user_id) is None
    assert exports.names() == set()
