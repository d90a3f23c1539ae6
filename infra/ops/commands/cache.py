"""`cache`: fills copies in Redis before they are needed, or deletes them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

import click

from infra.ops.cached_keys import CopyPatternType, is_copy
from infra.ops.rendering import json_option, print_json, progress
from infra.ops.servers import Servers

T = TypeVar("T")

_BATCH = 200


@click.group()
def cache() -> None:
    """Fill and empty the cached copies in Redis."""


@cache.command()
@json_option
@click.pass_obj
def warm(servers: Servers, as_json: bool) -> None:
    """Bring the sessions that were used in the last day, and their users, into Redis.

    They are read as requests read them, so a copy never misses a concurrent write. Copies that are there already
    stay as they are.
    """
    # Where there is nothing to warm, it is still an error that Redis cannot be used.
    servers.wiring.redis.write(("PING",))
    warmer = servers.wiring.cache_warmer
    sessions = warmer.recent_sessions()
    with progress("Warming", len(sessions) + len(set(sessions.values()))) as advance:
        warmed = warmer.warm(sessions, advance=advance)
    counts = {
        "sessions": {"recent": warmed.sessions.checked, "filled": warmed.sessions.filled},
        "users": {"recent": warmed.users.checked, "filled": warmed.users.filled},
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

    PATTERN is a Redis glob that begins with session:, user:, blockers:, socket: or messages:. Keys with these prefixes
    are copies, which are read from MongoDB when they are next needed. Matching keys that are not copies,
    user:<userId>:last_seen and :last_login, are left alone.
    """
    redis = servers.redis
    # SCAN may show a key twice.
    keys = {key for key in redis.scan_iter(match=pattern, count=1_000) if is_copy(key)}
    deleted = 0
    if not dry_run:
        with progress("Deleting copies", len(keys)) as advance:
            for batch in _batches(keys):
                with redis.pipeline(transaction=False) as pipeline:
                    for key in batch:  # one command for each key, as two keys may be in two slots of a cluster
                        pipeline.unlink(key)
                    deleted += sum(pipeline.execute())
                advance(len(batch))
    if as_json:
        print_json({"pattern": pattern, "found": len(keys), "deleted": deleted, "dryRun": dry_run})
    else:
        click.echo(f"{len(keys):,} copies match; {deleted:,} were deleted.")


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
