"""`make bench-load`: the load on MongoDB over a day of a chat product, with Redis and without.

The services that handlers call execute the same operations twice, from one seed: as deployed, and with Redis switched
off. They run in this process, on servers of its own, and without a consumer. The day takes a minute: between its steps
the clock is put forward and the keys of Redis age with it, so that cached copies expire as they would.
"""

import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from pymongo import MongoClient
from rich.console import Console

from infra.local.running import running_servers
from infra.provision.indexes import create_indexes
from tests.bench.chat_day import WHY, ChatDay
from tests.bench.floors import floors
from tests.bench.living_day import LivingDay
from tests.bench.load_report import Run, print_agreement, print_kinds, print_totals, print_verdicts
from tests.bench.mongodb_counts import server_counts
from tests.support.addresses import CLOSED_PORT

CHECKS = 1_000
MIN_USERS = ChatDay.partners + 1


@click.command()
@click.option(
    "--users",
    default=ChatDay.users,
    show_default=True,
    type=click.IntRange(min=MIN_USERS),
    help="Who live that day. The default takes two minutes, twice as many twice as long.",
)
@click.option("--seed", default=ChatDay.seed, show_default=True, help="Of the day's operations.")
def main(users: int, seed: int) -> None:
    """Measure, and print a table. Exit code 1 where a claim is missed."""
    console = Console(width=110)
    logging.disable(logging.WARNING)  # each deletion that Redis refuses logs a warning
    day = ChatDay(users=users, seed=seed)
    console.print(day, WHY, "", sep="\n")
    with (
        tempfile.TemporaryDirectory(prefix="devconnect-bench-") as directory,
        running_servers(Path(directory), os.environ) as servers,
    ):
        holds = measure(console, day, {**servers.environment, "BCRYPT_ROUNDS": "4"})
    raise SystemExit(0 if holds else 1)


def measure(console: Console, day: ChatDay, environment: Mapping[str, str]) -> bool:
    """Returns whether the claims hold."""
    cached = LivingDay(day, _with_database(environment, "bench_with_redis"), environment["REDIS_URL"])
    switched_off = {"REDIS_URL": f"redis://127.0.0.1:{CLOSED_PORT}/0"}
    bare = LivingDay(day, _with_database({**environment, **switched_off}, "bench_without_redis"), None)
    try:
        with_redis = live(console, "with Redis", cached)
        without = live(console, "without Redis", bare)
        checks = {"with Redis": cached.session_checks(CHECKS), "without Redis": bare.session_checks(CHECKS)}
        print_kinds(console, with_redis, without, floors(cached.wiring))
        part_saved = print_totals(console, with_redis, without)
        agree = [print_agreement(console, run) for run in (with_redis, without)]
        return print_verdicts(console, part_saved, checks) and all(agree)
    finally:
        cached.close()
        bare.close()


def live(console: Console, name: str, day: LivingDay) -> Run:
    uri = day.wiring.settings.mongodb_uri
    create_indexes(uri)
    day.prepare()
    client: MongoClient[dict[str, Any]] = MongoClient(uri)  # Any: BSON
    with client:
        before = server_counts(client)
        next_quarter = 0.25
        for part in day.live():
            if part >= next_quarter:
                console.print(f"{name}: {part:.0%} of the day")
                next_quarter += 0.25
        return Run(name, day, server_counts(client) - before)


def _with_database(environment: Mapping[str, str], name: str) -> dict[str, str]:
    """The environment with a separate database on the same server."""
    uri = urlsplit(environment["MONGODB_URI"])
    return {**environment, "MONGODB_URI": uri._replace(path=f"/{name}").geturl()}


if __name__ == "__main__":
    main()
