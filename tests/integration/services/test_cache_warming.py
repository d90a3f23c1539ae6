"""The scheduled function that warms the caches, called as Lambda calls it: in a cold process, with limited time."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.clock import utc_now
from chalicelib.handlers.warming import SPARE_MILLISECONDS
from chalicelib.services.accounts import NewSession
from chalicelib.wiring import Wiring
from tests.support.addresses import CLOSED_PORT
from tests.support.mongodb_commands import SentCommands
from tests.support.users import sign_up

ROOT = Path(__file__).parents[3]
Invoke = Callable[..., str]


@pytest.fixture
def invoke(environment: dict[str, str]) -> Invoke:
    """Calls the function with the given variables changed. Returns what it has logged."""

    def call(milliseconds: int = 60_000, **changes: str) -> str:
        code = (
            "import app\n"
            "from chalice.local import LambdaContext\n"
            "event = {'version': '0', 'account': '', 'region': '', 'detail': {}, 'detail-type': 'Scheduled Event',\n"
            "         'source': 'aws.events', 'time': '2026-01-01T00:00:00Z', 'id': '', 'resources': []}\n"
            f"app.warm_caches(event, LambdaContext('warm_caches', 128, max_runtime_ms={milliseconds}))\n"
        )
        process = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment | changes,
            check=True,
            timeout=60,
            capture_output=True,
            text=True,
        )
        return process.stdout

    return call


def forget(wiring: Wiring, *users: NewSession) -> None:
    wiring.session_store.forget(*(user.credentials.session_id for user in users))
    wiring.user_store.forget(*(user.user.userId for user in users))


def cached_copies(wiring: Wiring, user: NewSession) -> list[object]:
    keys = (f"session:{user.credentials.session_id}", f"user:{user.user.userId}")
    return wiring.redis.send(*(("EXISTS", key) for key in keys))


def test_one_run_restores_the_cached_copies(invoke: Invoke, wiring: Wiring, environment: dict[str, str]) -> None:
    users = [sign_up(wiring) for _ in range(3)]
    forget(wiring, *users)
    assert '"action": "caches_warmed"' in invoke()
    commands = SentCommands()
    with closing(Wiring(settings.load(environment), mongo_listeners=[commands])) as observed:
        for user in users:
            assert observed.profiles.own(user.credentials).userId == user.user.userId
    assert commands.acknowledged == []


def test_sessions_that_are_old_ended_or_expired_are_not_cached(invoke: Invoke, wiring: Wiring) -> None:
    long_ago, ended, expired = (sign_up(wiring) for _ in range(3))
    for user, change in (
        (long_ago, {"lastUsedAt": utc_now() - timedelta(hours=25)}),
        (expired, {"expiresAt": utc_now() - timedelta(seconds=1)}),
    ):
        wiring.mongo.sessions.update_one({"_id": user.credentials.session_id}, {"$set": change})
    wiring.logout.log_out(ended.credentials)
    forget(wiring, long_ago, ended, expired)
    invoke()
    assert [cached_copies(wiring, user) for user in (long_ago, ended, expired)] == [[0, 0]] * 3


def test_no_batch_begins_without_time_left(invoke: Invoke, wiring: Wiring) -> None:
    user = sign_up(wiring)
    forget(wiring, user)
    assert "the time was up before the end" in invoke(milliseconds=SPARE_MILLISECONDS)
    assert cached_copies(wiring, user) == [0, 0]


def test_warming_stops_between_batches_with_the_newest_sessions_cached(wiring: Wiring) -> None:
    users = [sign_up(wiring) for _ in range(3)]
    existing = {user.credentials.session_id: user.user.userId for user in users}
    sessions = {**existing, **{f"{number:032x}": f"{number:024x}" for number in range(300)}}
    forget(wiring, *users)
    batches: list[int] = []
    warmed = wiring.cache_warmer.warm(sessions, is_time_up=lambda: len(batches) == 2, advance=batches.append)
    assert batches == [200, 200]
    assert not warmed.complete
    assert (warmed.sessions.checked, warmed.users.checked) == (200, 200)
    assert (warmed.sessions.filled, warmed.users.filled) == (3, 3)  # the other users do not exist
    assert [cached_copies(wiring, user) for user in users] == [[1, 1]] * 3
    assert wiring.cache_warmer.warm(existing).sessions.filled == 0


def test_recent_sessions_come_newest_first_without_a_gap_between_pages(wiring: Wiring) -> None:
    user = sign_up(wiring)
    session = wiring.mongo.sessions.find_one({"_id": user.credentials.session_id})
    assert session is not None
    now = utc_now()
    # Three sessions share each time, so that a page may end between two of the same time.
    last_used = {f"{user.user.userId}{number:08x}": now - timedelta(seconds=number // 3) for number in range(2_100)}
    wiring.mongo.sessions.insert_many(
        [{**session, "_id": session_id, "lastUsedAt": at} for session_id, at in last_used.items()]
    )
    recent = [session_id for session_id in wiring.cache_warmer.recent_sessions() if session_id in last_used]
    assert recent == sorted(last_used, key=lambda session_id: (last_used[session_id], session_id), reverse=True)
    assert len(wiring.cache_warmer.recent_sessions(1_500)) == 1_500
    assert list(wiring.cache_warmer.recent_sessions(3)) == list(wiring.cache_warmer.recent_sessions())[:3]
    wiring.mongo.sessions.delete_many({"_id": {"$in": list(last_used)}})


@pytest.mark.parametrize("variable", ["REDIS_URL", "MONGODB_URI"])
def test_a_server_that_is_down_is_logged(invoke: Invoke, wiring: Wiring, variable: str) -> None:
    sign_up(wiring)
    scheme = {"REDIS_URL": "redis", "MONGODB_URI": "mongodb"}[variable]
    logged = invoke(**{variable: f"{scheme}://127.0.0.1:{CLOSED_PORT}/0"})
    assert '"action": "warming_failed"' in logged
    assert '"level": "WARNING"' in logged
