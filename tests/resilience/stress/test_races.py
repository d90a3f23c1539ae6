"""Guarantees 2 and 6 while caches are being filled, slowly, by processes that know nothing of each other.

Half of the reads find no cached copy, as copies are deleted at random, and every fill by a reader takes long enough for
writes to come in between.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.security.tokens import Credentials
from chalicelib.stores.presence import OnlineSocket
from chalicelib.wiring import Wiring
from tests.resilience.stress import blocks, conversations, ended_sessions, new_passwords, profile_edits
from tests.resilience.stress.blocks import Blocker, Onlooker
from tests.resilience.stress.conversations import HistoryReader, Sender
from tests.resilience.stress.ended_sessions import ENDINGS, Connecter, Ender, SessionUser, ended_by_now, still_online
from tests.resilience.stress.fixture_types import MakePeople, Say
from tests.resilience.stress.new_passwords import Changer, Visitor
from tests.resilience.stress.profile_edits import Editor, ProfileReader
from tests.resilience.stress.race import Player, Tally, playing
from tests.support.waiting import eventually

READERS = 6
CONNECTERS = 2
"""How many of the readers open sockets in the race of ended sessions."""

ENDS_A_SECOND = 25
LONGER = 2
"""How many times longer the race of ended sessions lasts, as sessions end in several ways."""


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
    pairs = tuple((first, second) for first, second in [make_people(2) for _ in range(2)])
    players: list[Player] = [
        *(Sender(pairs, side) for side in (0, 1)),
        *(HistoryReader(pairs, deleted=0.2) for _ in range(READERS)),
    ]
    with playing(players, loaded_environment, tmp_path, numbers=conversations.numbers_of(pairs)) as performance:
        keep_going()
    check("histories", performance.tally)


def test_no_request_passes_after_its_session_has_ended(
    loaded_environment: dict[str, str],
    tmp_path: Path,
    make_people: MakePeople,
    keep_going: Callable[[], None],
    wiring: Wiring,
    seconds: float,
    check: Callable[[str, Tally], None],
) -> None:
    sessions = make_people(int(LONGER * seconds * ENDS_A_SECOND))
    players: list[Player] = [
        Ender(sessions),
        *(SessionUser(sessions, deleted=0.3) for _ in range(READERS - CONNECTERS)),
        *(Connecter(sessions) for _ in range(CONNECTERS)),
    ]
    with playing(players, loaded_environment, tmp_path, numbers=ended_sessions.numbers_of(sessions)) as performance:

        def ended_in_each_way() -> list[Credentials]:
            ended = ended_by_now(sessions, performance.numbers)
            return ended if len(ended) >= len(ENDINGS) else []

        for _ in range(LONGER):
            keep_going()
        ended = eventually(ended_in_each_way, what="an end of each kind")
    performance.tally.wrong += still_online(wiring, ended)
    check(f"sessions ended by {', '.join(ENDINGS)}", performance.tally)


def test_only_the_newest_password_opens_a_session(
    loaded_environment: dict[str, str],
    tmp_path: Path,
    wiring: Wiring,
    make_people: MakePeople,
    keep_going: Callable[[], None],
    check: Callable[[str, Tally], None],
) -> None:
    emails = tuple(email_of(wiring, person) for person in make_people(2))
    players: list[Player] = [Changer(emails), *(Visitor(emails, deleted=0.3) for _ in range(READERS))]
    with playing(players, loaded_environment, tmp_path, numbers=new_passwords.numbers_of(emails)) as performance:
        keep_going()
    check("logins during changes of the password", performance.tally)


def test_a_block_and_its_end_are_seen_once_they_are_acknowledged(
    loaded_environment: dict[str, str],
    tmp_path: Path,
    wiring: Wiring,
    make_people: MakePeople,
    keep_going: Callable[[], None],
    check: Callable[[str, Tally], None],
) -> None:
    pairs = tuple((first, second) for first, second in [make_people(2) for _ in range(2)])
    for blocker, _ in pairs:
        wiring.presence_store.renew(OnlineSocket(blocker.user_id, f"online-{blocker.user_id}", blocker.expires_at))
    players: list[Player] = [Blocker(pairs), *(Onlooker(pairs, deleted=0.3) for _ in range(READERS))]
    with playing(players, loaded_environment, tmp_path, numbers=blocks.numbers_of(pairs)) as performance:
        keep_going()
    check("blocks", performance.tally)


def email_of(wiring: Wiring, person: Credentials) -> str:
    lookup = wiring.user_store.lookup(person.user_id)
    wiring.redis.fetch(lookup)
    user = lookup.resolve()
    assert user is not None
    return user.emailId
