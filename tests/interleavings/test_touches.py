"""What a command touches is read from the command, and is everything where the command does not say it."""

import pytest

from chalicelib.clients.redis.exchange import Command
from chalicelib.clients.redis.server import write_probe
from tests.interleavings.steps import EVERYTHING, Step, Touch
from tests.interleavings.touches import Document, mongodb_touches, redis_touches


@pytest.mark.parametrize(
    ("command", "touched"),
    [
        (("GET", "a"), {("a", False)}),
        (("ZRANGE", b"a", 0, -1), {("a", False)}),
        (("SET", "a", b"b", "NX"), {("a", True)}),
        (("EVALSHA", "sha", 2, "a", "b", "argument"), {("a", True), ("b", True)}),
        (("NEWCOMMAND", "a"), {("a", True)}),
        (("FLUSHDB",), {(EVERYTHING, True)}),
        (("ZADD", "ratelimit:ada:login", 0, "a"), set()),
        (write_probe("presence:ada"), {("presence:ada", False)}),
    ],
)
def test_the_keys_of_a_command_to_redis(command: Command, touched: set[tuple[str, bool]]) -> None:
    assert {(touch.thing, touch.changes) for touch in redis_touches([command])} == touched


@pytest.mark.parametrize(
    ("command", "touched"),
    [
        ({"find": "users", "filter": {"_id": 1}}, {("1", False)}),
        ({"find": "users", "filter": {"_id": {"$in": [1, 2]}}}, {("1", False), ("2", False)}),
        ({"find": "users", "filter": {"_id": {"$gt": 1}}}, {(EVERYTHING, False)}),
        ({"find": "users", "filter": {"emailId": "a"}}, {(EVERYTHING, False)}),
        ({"aggregate": "users", "pipeline": [{"$match": {"_id": 1}}]}, {("1", False)}),
        ({"insert": "sessions", "documents": [{"_id": 1}]}, {("1", True)}),
        ({"insert": "users", "documents": [{"_id": 1, "emailId": "a"}]}, {(EVERYTHING, True)}),
        ({"update": "users", "updates": [{"q": {"_id": 1}}, {"q": {"_id": 2}}]}, {("1", True), ("2", True)}),
        ({"findAndModify": "users", "query": {"_id": 1}}, {("1", True)}),
        ({"newCommand": "users"}, {(EVERYTHING, True)}),
    ],
)
def test_the_documents_of_a_command_to_mongodb(command: Document, touched: set[tuple[str, bool]]) -> None:
    found = list(mongodb_touches(next(iter(command)), command))
    assert {(touch.thing, touch.changes) for touch in found} == touched
    assert {touch.place for touch in found} == {f"mongodb {next(iter(command.values()))}"}


def test_the_collection_of_a_lookup_is_read_too() -> None:
    command = {"aggregate": "a", "pipeline": [{"$match": {"_id": 1}}, {"$lookup": {"from": "b"}}]}
    assert Touch("mongodb b", EVERYTHING, changes=False) in set(mongodb_touches("aggregate", command))


def test_commands_of_transactions_depend_on_each_other() -> None:
    first, second = (
        Step("", frozenset(mongodb_touches("insert", {"insert": name, "documents": [{"_id": 1}], "autocommit": False})))
        for name in ("sessions", "sockets")
    )
    assert first.depends_on(second)
