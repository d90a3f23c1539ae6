"""`cache`: copies filled before they are asked for, or taken away."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import TypeVar

import click

from chalicelib.clients.mongo_client import MongoStore
from chalicelib.clients.redis_client import Read, RedisClient
from chalicelib.clock import utc_now
from infra.ops.cached_keys import CopyPatternType, is_copy
from infra.ops.rendering import json_option, print_json, progress
from infra.ops.servers import Servers

T = TypeVar("T")

_RECENTLY = timedelta(days=1)
_PAGE = 1_000
_BATCH = 200


@click.group()
def cache() -> None:
    """Fill and empty the cached copies in Redis."""


@cache.command()
@json_option
@click.pass_obj
def warm(servers: Servers, as_json: bool) -> None:
    """Bring the sessions that were used in the last day, and their users, into Redis.

    They are read as requests read them, so a copy is never older than what a writer has done meanwhile. What is
    there already stays as it is.
    """
    wiring = servers.wiring
    sessions = _recent_sessions(wiring.store)
    users = sorted(set(sessions.values()))
    with progress("Warming", len(sessions) + len(users)) as advance:
        filled_sessions = _read_through(wiring.redis, map(wiring.sessions.read, sessions), advance)
        filled_users = _read_through(wiring.redis, map(wiring.users.read, users), advance)
    counts = {
        "sessions": {"recent": len(sessions), "filled": filled_sessions},
        "users": {"recent": len(users), "filled": filled_users},
    }
    if as_json:
        print_json(counts)
        return
    for what, count in counts.items():
        click.echo(f"{count['recent']:,} {what} were used in the last day: {count['filled']:,} had no copy in Redis.")


@cache.command()
@click.argument("pattern", type=CopyPatternType())
@click.option("--dry-run", is_flag=True, help="Only count.")
@json_option
@click.pass_obj
def clean(servers: Servers, pattern: str, dry_run: bool, as_json: bool) -> None:
    """Delete the copies whose keys match PATTERN, such as 'session:*' or 'messages:65f0*'.

    PATTERN is a glob of Redis that begins with session:, user:, blockers:, socket: or messages:. These are copies, and
    read from MongoDB when they are next asked for. What is no copy is left alone, user:<userId>:last_seen and
    :last_login too.
    """
    redis = servers.redis
    # SCAN may show a key twice.
    keys = {key for key in redis.scan_iter(match=pattern, count=1_000) if is_copy(key)}
    deleted = 0
    if not dry_run:
        with progress("Deleting copies", len(keys)) as advance:
            for batch in _batches(keys):
                with redis.pipeline(transaction=False) as pipeline:
                    for key in batch:  # one command for each, as two keys may be in two slots of a cluster
                        pipeline.unlink(key)
                    deleted += sum(pipeline.execute())
                advance(len(batch))
    if as_json:
        print_json({"pattern": pattern, "found": len(keys), "deleted": deleted, "dryRun": dry_run})
    else:
        click.echo(f"{len(keys):,} copies match; {deleted:,} were deleted.")


def _recent_sessions(store: MongoStore) -> dict[str, str]:
    """The userIds of the sessions that were used in the last day and have not ended."""
    now = utc_now()
    recent = {"lastUsedAt": {"$gte": now - _RECENTLY}, "expiresAt": {"$gt": now}, "endedAt": {"$exists": False}}
    found: dict[str, str] = {}
    last = ""
    # In pages by _id, as the client gives each operation the time of a request.
    while True:
        with store.guard():
            cursor = store.sessions.find({**recent, "_id": {"$gt": last}}, projection={"userId": 1})
            page = list(cursor.sort("_id").limit(_PAGE))
        if not page:
            return found
        found |= {session["_id"]: session["userId"] for session in page}
        last = page[-1]["_id"]


def _read_through(redis: RedisClient, reads: Iterable[Read[object]], advance: Callable[[int], None]) -> int:
    """Fill the copies that are missing, and return how many those were. Raises RedisUnavailable, Unavailable."""
    missing = 0
    for batch in _batches(reads):
        # Not `fetch`, which goes on without Redis: that would warm nothing.
        replies = redis.send(*(read.commands[0] for read in batch))
        for read, reply in zip(batch, replies, strict=True):
            read.settle([reply])
            missing += reply is None and read.value is not None
        advance(len(batch))
    return missing


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
