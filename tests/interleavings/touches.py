"""What a command touches: keys of Redis and documents of MongoDB, read from the command itself.

Where a command does not say which, it touches everything there. So two commands are taken for independent only where
their order cannot matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.clients.redis.exchange import Argument, Command
from tests.interleavings.steps import EVERYTHING, Touch, changes, reads

REDIS = "redis"
TRANSACTIONS = "mongodb transactions"

_REDIS_READS = frozenset(
    {"GET", "EXISTS", "TYPE", "ZCARD", "ZCOUNT", "ZRANGE", "ZRANGEBYSCORE", "ZREVRANGE", "ZSCORE", "PING"}
)
_SCRIPTS = frozenset({"EVAL", "EVALSHA"})
_COUNTERS = "ratelimit:"
"""Keys that count attempts. No scenario comes near a limit, so that what they count decides nothing."""

_UNIQUE = {"users": "emailId", "sockets": "ticketId", "messages": "conversationId", "cases": "thing"}
"""Fields with a unique index besides `_id`: an insert of a document that has one may collide with any other."""

Document = Mapping[str, Any]  # Any: BSON


def redis_touches(commands: Sequence[Command]) -> Iterator[Touch]:
    for command in commands:
        name = _text(command[0])
        keys = _keys(name, command)
        yield from (changes if _writes(name, command) else reads)(
            REDIS, *(key for key in keys if not key.startswith(_COUNTERS))
        )


def redis_label(commands: Sequence[Command]) -> str:
    named = (f"{_text(command[0])} {' '.join(_keys(_text(command[0]), command))}" for command in commands)
    return "Redis " + ", ".join(dict.fromkeys(each for each in named if _COUNTERS not in each))


def _keys(name: str, command: Command) -> list[str]:
    if name in _SCRIPTS:
        return [_text(key) for key in command[3 : 3 + int(command[2])]]
    return [_text(command[1])] if len(command) > 1 else [EVERYTHING]


def _writes(name: str, command: Command) -> bool:
    is_probe = name == "ZADD" and command[2:] == ("XX", 0, "")
    return not (name in _REDIS_READS or is_probe)


def _text(argument: Argument) -> str:
    return argument.decode() if isinstance(argument, bytes) else str(argument)


def mongodb_touches(name: str, command: Document) -> Iterator[Touch]:
    """Yields the touches of a command, but for the end of a transaction, which touches what its commands did."""
    collection = command.get(name)
    if isinstance(collection, str):
        for documents, writes in _documents(name, command, collection):
            yield from (changes if writes else reads)(_place(collection), *documents)
    for stage in command.get("pipeline", ()):
        if "$lookup" in stage:
            yield from reads(_place(stage["$lookup"]["from"]), EVERYTHING)
    if "autocommit" in command:  # every write that may be repeated has a txnNumber
        # Transactions see each other's conflicts, and read what was there when they began.
        yield from changes(TRANSACTIONS, EVERYTHING)


def mongodb_label(name: str, command: Document) -> str:
    collection = command.get(name)
    if not isinstance(collection, str):
        return f"MongoDB {name}"
    which = {document for documents, _ in _documents(name, command, collection) for document in documents}
    return f"MongoDB {name} {collection} {' '.join(sorted(which))}"


def update_touches(collection: str, query: Document) -> Iterator[Touch]:
    return iter(changes(_place(collection), *_ids(query)))


def _place(collection: object) -> str:
    return f"mongodb {collection}"


def _documents(name: str, command: Document, collection: str) -> Iterator[tuple[list[str], bool]]:
    """Yields (ids, whether they are changed)."""
    match name:
        case "insert":
            unique = _UNIQUE.get(collection)
            yield [EVERYTHING if unique in each else str(each["_id"]) for each in command["documents"]], True
        case "update" | "delete":
            yield [each_id for each in command[f"{name}s"] for each_id in _ids(each["q"])], True
        case "findAndModify":
            yield _ids(command["query"]), True
        case "find" | "count" | "distinct":
            yield _ids(command.get("filter", command.get("query", {}))), False
        case "aggregate":
            yield _ids(command["pipeline"][0].get("$match", {})), False
        case _:
            yield [EVERYTHING], True


def _ids(query: Document) -> list[str]:
    match query.get("_id", {}):
        case {"$in": [*ids]}:
            return [str(each) for each in ids]
        case {**_operators}:
            return [EVERYTHING]
        case single:
            return [str(single)]
