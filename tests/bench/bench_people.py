"""`make bench-people`: the feed and the search among many users, beside the floor of the same run.

The users are made in a database of their own on servers of their own. Their skills and names are as unevenly common as
such things are: the n-th is had by a share of users that falls with n.
"""

import logging
import os
import platform
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import click
import pymongo
from bson import ObjectId

from chalicelib import settings
from chalicelib.models.pairs import pair_id
from chalicelib.models.profile import empty_profile
from chalicelib.models.requests import FeedQuery, ProfileChange, SearchQuery
from chalicelib.models.search_terms import profile_terms
from chalicelib.services.accounts import NewSession
from chalicelib.stores.user_cards import CARD
from chalicelib.wiring import Wiring
from infra.local.running import running_system
from tests.bench.samples import measure_each
from tests.support.system import SETTINGS
from tests.support.users import sign_up

SKILLS = [f"Skill {number}" for number in range(500)]
NAMES = [f"{first}{second}{third}" for first in "BDGLMRST" for second in "aeiou" for third in ("na", "rik", "sson")]
FRIENDS = 100
BATCH = 1_000

Document = dict[str, Any]  # Any: BSON


@click.command()
@click.option("--users", default=100_000, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="Of which the median counts.")
@click.option("--calls", default=100, show_default=True, help="In each round.")
def main(users: int, rounds: int, calls: int) -> None:
    """Measure, and print a table."""
    logging.disable(logging.WARNING)
    unlimited = {**SETTINGS, "RATE_LIMIT_DEFAULT": "1000000/1"}
    with (
        tempfile.TemporaryDirectory(prefix="devconnect-bench-") as directory,
        running_system(Path(directory), {**os.environ, **unlimited}) as system,
        closing(Wiring(settings.load({**os.environ, **system.environment, **unlimited}))) as wiring,
    ):
        reader = sign_up(wiring)
        wiring.profiles.change(reader.credentials, ProfileChange(skills=SKILLS[:10]))
        _fill(wiring, reader, users)
        measured = measure_each(_calls(wiring, reader), number=calls, rounds=rounds)
    click.echo(f"{platform.machine()}, {os.cpu_count()} cores, {users:,} users; medians of {rounds} rounds")
    click.echo("| in this process | p50 ms | p99 ms | processor ms |")
    click.echo("|---|---|---|---|")
    for name, one in measured.items():
        click.echo(f"| {name} | {1000 * one.p50:.1f} | {1000 * one.p99:.1f} | {1000 * one.cpu:.1f} |")


def _calls(wiring: Wiring, reader: NewSession) -> dict[str, Callable[[], object]]:
    user_id, skills = reader.user.userId, [f"s={skill.lower()}" for skill in SKILLS[:10]]
    cursor = wiring.feed.page(reader.credentials, FeedQuery(limit=20)).next

    def search(q: str | None, of_skills: str | None) -> Callable[[], object]:
        return lambda: wiring.search.page(reader.credentials, SearchQuery(q=q, skills=of_skills, limit=20))

    return {
        "floor: the 20 newest users by `_id`": lambda: list(
            wiring.mongo.users.find({}, CARD).sort("_id", -1).limit(20)
        ),
        "a list is ranked, of 10 skills and 100 friends": lambda: wiring.feed_ranking.best(user_id, skills),
        "first page of the feed, of a fresh list": lambda: wiring.feed.page(reader.credentials, FeedQuery(limit=20)),
        "second page of the feed": lambda: wiring.feed.page(reader.credentials, FeedQuery(cursor=cursor, limit=20)),
        "search: a common name": search("bana", None),
        "search: one letter": search("b", None),
        "search: the most common skill": search(None, SKILLS[0]),
        "search: one letter and a rare skill": search("b", SKILLS[-1]),
        "search: two common terms that nobody has both of": search("bana bena", None),
    }


def _fill(wiring: Wiring, reader: NewSession, number: int) -> None:
    """Users, and connections between them: each with ten others, FRIENDS of them with the reader."""
    chance = random.Random(7)
    ids = [ObjectId() for _ in range(number)]
    made = (_user(user_id, chance, wiring) for user_id in ids)
    with pymongo.timeout(900), click.progressbar(length=2 * number, label="Making users") as bar:
        while batch := list(islice(made, BATCH)):
            wiring.mongo.database.users.insert_many(batch, ordered=False)
            bar.update(len(batch))
        pairs = _pairs([str(user_id) for user_id in ids], reader.user.userId, chance)
        while connected := list(islice(pairs, BATCH)):
            documents = [_connection(pair, wiring) for pair in connected]
            wiring.mongo.database.connections.insert_many(documents, ordered=False)
            bar.update(len(connected) // 5)


def _user(user_id: ObjectId, chance: random.Random, wiring: Wiring) -> Document:
    first, last = _uneven(NAMES, chance), _uneven(NAMES, chance)
    skills = list(dict.fromkeys(_uneven(SKILLS, chance) for _ in range(chance.randrange(8))))
    profile = {"firstName": first, "lastName": last, "skills": skills}
    return {
        **empty_profile(),
        **profile,
        "_id": user_id,
        "emailId": f"{user_id}@example.org",
        "about": "x" * chance.randrange(300),
        "searchTerms": profile_terms(profile),
        "role": "user",
        "blocked": [],
        "sessionEpoch": 0,
        "createdAt": wiring.clock(),
        "updatedAt": wiring.clock(),
        "pendingEvents": [],
    }


def _uneven(values: Sequence[str], chance: random.Random) -> str:
    return values[min(len(values) - 1, int(len(values) * chance.random() ** 3))]


def _pairs(ids: Sequence[str], reader: str, chance: random.Random) -> Iterator[str]:
    seen = {pair_id(reader, friend) for friend in ids[:FRIENDS]}
    yield from seen
    for user_id in ids:
        for _ in range(5):
            pair = pair_id(user_id, chance.choice(ids))
            if pair not in seen and not pair.startswith(f"{user_id}:{user_id}"):
                seen.add(pair)
                yield pair


def _connection(pair: str, wiring: Wiring) -> Document:
    user_ids = pair.split(":")
    at = wiring.clock() - timedelta(seconds=hash(pair) % 10_000_000)
    return {
        "_id": pair,
        "userIds": user_ids,
        "fromUserId": user_ids[0],
        "toUserId": user_ids[1],
        "status": "accepted",
        "createdAt": at,
        "updatedAt": at,
        "pendingEvents": [],
    }


if __name__ == "__main__":
    main()
