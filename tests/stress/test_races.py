"""Guarantees 2 and 6 while caches are being filled, slowly, by processes that know nothing of each other.

Half of what is read finds no copy, as copies are deleted at random, and every fill of a reader takes long enough for
writes to come in between.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stress import conversations, ended_sessions, profile_edits
from tests.stress.conftest import MakePeople, Say
from tests.stress.conversations import HistoryReader, Sender
from tests.stress.ended_sessions import ENDINGS, Ender, SessionUser
from tests.stress.profile_edits import Editor, ProfileReader
from tests.stress.stage import Player, Tally, playing

READERS = 6
ENDS_A_SECOND = 25


@pytest.fixture
def check(say: Say) -> Callable[[str, Tally], None]:
    def check_now(what: str, tally: Tally) -> None:
        say(f"{what}: {tally.reads:,} reads beside {tally.writes:,} writes, {len(tally.wrong)} wrong")
        assert not tally.wrong, "\n".join(tally.wrong[:20])
        assert tally.reads > 0
        assert tally.writes > 0

    return check_now


def test_no_profile_is_older_than_an_acknowledged_edit(
    loaded_environment: dict[str, str],
    tmp_path: Path,
    make_people: MakePeople,
    keep_going: Callable[[], None],
    check: Callable[[str, Tally], None],
) -> None:
    people = make_people(3)
    players: list[Player] = [Editor(people), *(ProfileReader(people, deleted=0.2) for _ in range(READERS))]
    with playing(players, loaded_environment, tmp_path, numbers=profile_edits.numbers_of(people)) as performance:
        keep_going()
    check("profiles", performance.tally)


def test_no_history_lacks_an_acknowledged_message(
    loaded_environment: dict[str, str],
    tmp_path: Path,
    make_people: MakePeople,
    keep_going: Callable[[], None],
    check: Callable[[str, Tally], None],
) -> None:
    pairs = tuple((one, other) for one, other in [make_people(2) for _ in range(2)])
    players: list[Player] = [
        *(Sender(pairs, side) for side in (0, 1)),
        *(HistoryReader(pairs, deleted=0.2) for _ in range(READERS)),
    ]
    with playing(players, loaded_environment, tmp_path, numbers=conversations.numbers_of(pairs)) as performance:
        keep_going()
    check("histories", performance.tally)


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_request_passes_after_its_session_has_ended(
    loaded_environment: dict[str, str],
    tmp_path: Path,
    make_people: MakePeople,
    keep_going: Callable[[], None],
    seconds: float,
    check: Callable[[str, Tally], None],
    ending: str,
) -> None:
    sessions = make_people(int(seconds * ENDS_A_SECOND))
    players: list[Player] = [
        Ender(sessions, ENDINGS[ending]),
        *(SessionUser(sessions, deleted=0.3) for _ in range(READERS)),
    ]
    with playing(players, loaded_environment, tmp_path, numbers=ended_sessions.numbers_of(sessions)) as performance:
        keep_going()
    check(f"sessions ended by {ending}", performance.tally)
