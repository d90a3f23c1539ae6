"""The second run of the few tests that failed, and where the files of all of them are."""

from pathlib import Path

import pytest

from tests.whole import MOST, files_in_memory, main

PASSES_THE_SECOND_TIME = """
from pathlib import Path

def test_late():
    tried = Path("tried")
    first = not tried.exists()
    tried.touch()
    assert not first
"""


@pytest.fixture(autouse=True)
def no_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests of these runs need none of those that are installed, whose import would take two thirds of the time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def test_a_test_that_passes_alone_is_named_and_the_run_is_green(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "test_some.py").write_text(f"{PASSES_THE_SECOND_TIME}\ndef test_good(): pass\n")
    assert main([], tmp_path) == 0
    out = capfd.readouterr().out
    assert "1 failed, 1 passed" in out
    assert out.endswith("are to be mended:\n  test_some.py::test_late\n")


def test_a_broken_test_fails_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test_some.py").write_text(f"{PASSES_THE_SECOND_TIME}\ndef test_broken(): assert False\n")
    assert main([], tmp_path) == 1
    assert "1 failed, 1 passed" in capfd.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"def test_{number}(): assert False" for number in range(MOST + 1)),
        "def test_one(: pass",
        "def test_one(no_such_fixture): pass\nimport nothing_of_this_name",
    ],
    ids=["many", "not Python", "no import"],
)
def test_what_is_broken_is_not_run_again(tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "test_some.py").write_text(text)
    assert main([], tmp_path) != 0
    assert "once more" not in capfd.readouterr().out


def test_a_green_run_is_one_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "test_some.py").write_text("def test_good(): pass")
    assert main([], tmp_path) == 0
    assert capfd.readouterr().out.count("test session starts") == 1


def test_files_are_in_memory_and_are_removed(tmp_path: Path) -> None:
    with files_in_memory({"A": "b"}, memory=tmp_path, needed=1) as environ:
        assert environ["A"] == "b"
        own = Path(environ["TMPDIR"])
        assert own.parent == tmp_path
        (own / "log").touch()
    assert not own.exists()


@pytest.mark.parametrize(
    ("environ", "memory", "needed"),
    [({"TMPDIR": "kept"}, ".", 1), ({}, "absent", 1), ({}, ".", 2**60)],
    ids=["TMPDIR is set", "none", "too little"],
)
def test_files_are_where_they_were_without_room_or_where_tmpdir_says(
    tmp_path: Path, environ: dict[str, str], memory: str, needed: int
) -> None:
    with files_in_memory(environ, tmp_path / memory, needed) as given:
        assert given == environ
    assert list(tmp_path.iterdir()) == []
