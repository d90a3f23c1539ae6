"""Files in a private directory: complete ones alone are opened, by a link that is signed and young."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.clients.files.directory import DirectoryFiles
from chalicelib.errors import FilesUnavailable
from tests.support.clocks import ManualClock

KEY = "0123abcd.jsonl"
LIFETIME = timedelta(minutes=10)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def files_of(directory: Path, clock: ManualClock, *keys: str) -> DirectoryFiles:
    return DirectoryFiles(directory, address="http://127.0.0.1/api/exports", keys=keys or ["new"], clock=clock)


def written(files: DirectoryFiles) -> None:
    upload = files.begin(KEY)
    upload.write(b"one\n")
    upload.write(b"two\n")
    upload.complete()


def opened(files: DirectoryFiles, url: str, **changes: str) -> Path | None:
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} | changes
    return files.opened_by(query.get("key", KEY), query["expires"], query["signature"])


def test_a_link_opens_its_file_for_its_lifetime(tmp_path: Path, clock: ManualClock) -> None:
    files = files_of(tmp_path / "exports", clock)
    written(files)
    url = files.link(KEY, LIFETIME)
    assert url.startswith(f"http://127.0.0.1/api/exports/{KEY}?")
    path = opened(files, url)
    assert path is not None
    assert path.read_bytes() == b"one\ntwo\n"
    clock.now += LIFETIME
    assert opened(files, url) is None


def test_a_link_is_good_for_nothing_else(tmp_path: Path, clock: ManualClock) -> None:
    files = files_of(tmp_path, clock)
    written(files)
    url = files.link(KEY, LIFETIME)
    (tmp_path / "other.jsonl").write_text("another's")
    later = str(int(clock.now.timestamp()) + 10_000)
    for changes in ({"key": "other.jsonl"}, {"key": "../secret"}, {"expires": later}, {"expires": "x"}):
        assert opened(files, url, **changes) is None
    assert opened(files, url, signature="0" * 64) is None
    assert opened(files_of(tmp_path, clock, "another"), url) is None


def test_a_link_outlives_a_rotation_of_the_key(tmp_path: Path, clock: ManualClock) -> None:
    written(files_of(tmp_path, clock, "old"))
    url = files_of(tmp_path, clock, "old").link(KEY, LIFETIME)
    assert opened(files_of(tmp_path, clock, "new", "old"), url) is not None


def test_what_is_not_complete_is_not_opened(tmp_path: Path, clock: ManualClock) -> None:
    files = files_of(tmp_path, clock)
    upload = files.begin(KEY)
    upload.write(b"one\n")
    assert opened(files, files.link(KEY, LIFETIME)) is None
    upload.abort()
    assert list(tmp_path.iterdir()) == []


def test_old_files_and_parts_are_swept(tmp_path: Path, clock: ManualClock) -> None:
    files = files_of(tmp_path, clock)
    written(files)
    files.begin("part.jsonl").write(b"one\n")
    for path in tmp_path.iterdir():
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    files.sweep(LIFETIME)
    assert len(list(tmp_path.iterdir())) == 2
    clock.now += LIFETIME + timedelta(seconds=1)
    files.sweep(LIFETIME)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_a_server_that_is_down(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FilesUnavailable):
        files_of(tmp_path / "file" / "exports", clock).begin(KEY)
