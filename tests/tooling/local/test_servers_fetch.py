"""A program that is fetched appears as a whole or not at all."""

from pathlib import Path

import pytest

from infra.local.servers import fetch


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(fetch, "PROGRAMS", tmp_path)
    return tmp_path


def fetch_and_be_interrupted(target: Path) -> None:
    with fetch.fetching(target) as directory:
        assert directory
        (directory / "half").touch()
        raise KeyboardInterrupt


def test_an_interrupted_fetch_leaves_nothing_to_be_taken_for_a_program(programs: Path) -> None:
    target = programs / "mongod-1"
    with pytest.raises(KeyboardInterrupt):
        fetch_and_be_interrupted(target)

    with fetch.fetching(target) as directory:
        assert directory
        assert list(directory.iterdir()) == []


def test_the_leftovers_of_a_killed_fetch_do_not_hinder(programs: Path) -> None:
    (programs / "partial").mkdir()
    (programs / "partial" / "half").touch()

    with fetch.fetching(programs / "mongod-1") as directory:
        assert directory
        assert list(directory.iterdir()) == []


def test_an_existing_program_is_not_fetched_again(programs: Path) -> None:
    (programs / "mongod-1").touch()

    with fetch.fetching(programs / "mongod-1") as directory:
        assert directory is None


def test_a_program_on_the_path_is_taken_first(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = programs / "redis-server"
    installed.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(programs))

    assert fetch.program("redis-server", fetch.Wheel("none==1", "none")) == installed
