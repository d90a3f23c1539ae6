"""`cache` fills and deletes cached copies, and leaves all other keys alone."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest
from redis import Redis

from chalicelib.clock import utc_now
from chalicelib.wiring import Wiring
from tests.support.users import sign_up
from tests.tooling.ops.fixture_types import Ops, OpsJson


@pytest.fixture
def redis(environment: dict[str, str]) -> Iterator[Redis]:
    with Redis.from_url(environment["REDIS_URL"], decode_responses=True) as redis:
        yield redis


def test_warm_fills_the_copies_of_users_of_the_last_day(
    ops: Ops, ops_json: OpsJson, wiring: Wiring, redis: Redis
) -> None:
    today, long_ago, gone = (sign_up(wiring) for _ in range(3))
    wiring.mongo.sessions.update_one(
        {"_id": long_ago.credentials.session_id}, {"$set": {"lastUsedAt": utc_now() - timedelta(days=2)}}
    )
    wiring.session_store.end(gone.credentials.session_id, gone.user.userId, "logout")
    everybody = (today, long_ago, gone)
    for user in everybody:
        redis.delete(f"session:{user.credentials.session_id}", f"user:{user.user.userId}")

    counts = ops_json("cache", "warm")
    assert counts["sessions"]["recent"] >= counts["sessions"]["filled"] >= 1
    assert counts["users"]["recent"] >= counts["users"]["filled"] >= 1
    assert [redis.exists(f"session:{user.credentials.session_id}") for user in everybody] == [1, 0, 0]
    assert [redis.exists(f"user:{user.user.userId}") for user in everybody] == [1, 0, 0]
    assert "sessions were used in the last day: 0 had no copy" in ops("cache", "warm").stdout


def test_clean_counts_and_deletes_matching_copies(ops_json: OpsJson, redis: Redis) -> None:
    mark = secrets.token_hex(6)
    redis.mset({f"session:{mark}{number}": "copy" for number in range(450)} | {f"session:other-{mark}": "copy"})
    found = {"pattern": f"session:{mark}*", "found": 450}
    assert ops_json("cache", "clean", f"session:{mark}*", "--dry-run") == {**found, "deleted": 0, "dryRun": True}
    assert ops_json("cache", "clean", f"session:{mark}*") == {**found, "deleted": 450, "dryRun": False}
    assert list(redis.scan_iter(match=f"session:*{mark}*")) == [f"session:other-{mark}"]


def test_clean_leaves_keys_that_are_not_copies(ops: Ops, redis: Redis) -> None:
    user = f"user:{secrets.token_hex(12)}"
    redis.mset({user: "copy", f"{user}:last_seen": "kept", f"{user}:last_login": "kept"})
    assert ops("cache", "clean", f"{user}*").stdout == "1 copies match; 1 were deleted.\n"
    assert redis.exists(user, f"{user}:last_seen", f"{user}:last_login") == 2


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("presence:*", "they say who is online"),
        ("{presence:*", "they keep sockets that are closed"),
        ("ratelimit:*", "the limits would begin anew"),
        ("*", "must begin with session:, user:, blockers:, socket: or messages:"),
        ("[s]ession:*", "must begin with"),
        ("", "must begin with"),
    ],
)
def test_clean_refuses_patterns_of_other_keys(ops: Ops, pattern: str, reason: str) -> None:
    assert reason in ops("cache", "clean", pattern, code=2).stderr
