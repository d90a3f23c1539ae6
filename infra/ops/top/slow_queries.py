"""The slowest queries: those that run now, and those that MongoDB's profiler has kept, where an operator has set it on.

Nothing of the server is changed for it. What a query asks for is not shown, as it holds users' data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from chalicelib.clients.mongo.database import MongoDatabase

_AT_MOST = 5
_SHORTEST = timedelta(milliseconds=20)
"""What runs for less than this now is not slow."""

_NOT_PERMITTED = 13
"""MongoDB's error code, as of a user without the role clusterMonitor."""


@dataclass(frozen=True)
class SlowQuery:
    """A query, and for how long it has run or did run. `plan` is MongoDB's summary, such as IXSCAN { _id: 1 }."""

    milliseconds: int
    command: str
    collection: str
    plan: str
    is_running: bool


@dataclass(frozen=True)
class SlowQueries:
    """`note` says what could not be seen, and is empty where all could."""

    queries: Sequence[SlowQuery]
    note: str


def slow_queries(mongo: MongoDatabase) -> SlowQueries:
    """Return the slowest queries on this database, the slowest first. Raises PyMongoError."""
    running, note = _running(mongo)
    queries = sorted([*running, *_profiled(mongo)], key=lambda query: -query.milliseconds)
    return SlowQueries(queries[:_AT_MOST], note)


def _running(mongo: MongoDatabase) -> tuple[list[SlowQuery], str]:
    """Return what runs now, of all clients if that is permitted, and else of this user alone with a note."""
    try:
        return _current(mongo, all_users=True), ""
    except OperationFailure as error:
        if error.code != _NOT_PERMITTED:
            raise
    return _current(mongo, all_users=False), "Queries of other users of MongoDB are not permitted to be seen."


def _current(mongo: MongoDatabase, *, all_users: bool) -> list[SlowQuery]:
    # $currentOp runs with no other read concern.
    admin = mongo.client.get_database("admin", read_concern=ReadConcern("local"))
    operations = admin.aggregate(
        [
            {"$currentOp": {"allUsers": all_users, "idleConnections": False}},
            {
                "$match": {
                    "active": True,
                    "ns": {"$regex": f"^{mongo.database.name}\\."},
                    "microsecs_running": {"$gte": _SHORTEST // timedelta(microseconds=1)},
                }
            },
            {"$sort": {"microsecs_running": -1}},
            {"$limit": _AT_MOST},
        ]
    )
    return [_query(operation, operation["microsecs_running"] // 1000, is_running=True) for operation in operations]


def _profiled(mongo: MongoDatabase) -> list[SlowQuery]:
    """Return what the profiler has kept; nothing where it is off, and has been."""
    kept = mongo.database["system.profile"].find({"ns": {"$ne": f"{mongo.database.name}.system.profile"}})
    slowest = kept.sort("millis", DESCENDING).limit(_AT_MOST)
    return [_query(operation, operation["millis"], is_running=False) for operation in slowest]


def _query(operation: Mapping[str, Any], milliseconds: int, *, is_running: bool) -> SlowQuery:  # Any: BSON
    """`command` has the name of the command as its first key, which `op` alone does not tell."""
    command = operation.get("command") or {}
    return SlowQuery(
        milliseconds=milliseconds,
        command=next(iter(command), operation["op"]),
        collection=operation["ns"].partition(".")[2],
        plan=operation.get("planSummary", ""),
        is_running=is_running,
    )
