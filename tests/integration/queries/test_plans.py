"""The plan of each query among thousands of documents: it reads by index and in order, and little more than it returns.

The queries are those that the services and the consumer send, as a listener of pymongo sees them. The source code
says which functions send queries, so that none is left out.
"""

import ast
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient
from redis import Redis

from chalicelib import settings
from chalicelib.stores.users import ADMIN
from chalicelib.wiring import Wiring
from infra.provision.indexes import INDEXES, create_indexes
from tests.integration.queries import crowd
from tests.integration.queries.consumer_queries import OF_THE_CONSUMER
from tests.integration.queries.explained import CODE, PART_OF_AN_INDEX, Capture, Plan, Query, explain
from tests.integration.queries.request_queries import OF_REQUESTS, Scene
from tests.support.addresses import CLOSED_PORT
from tests.support.users import sign_up

DATABASE, REDIS_DATABASE = "/plans", "/8"

FACTOR, SPARE = 2, 20
"""How many keys may be examined for each document that a query returns or may return; and how many besides, for bounds
and duplicates."""

READS_EVERYTHING = {
    "consumer/tasks/presence_maintenance.py PresenceMaintenance.online": "it counts the users who are online",
    "consumer/tasks/presence_maintenance.py PresenceMaintenance._online": "it rewrites all presence, in pages by _id",
    "stores/presence_audience.py PresenceAudience._sockets": "everyone is the audience in a small installation",
}
"""Functions whose keys are not counted, and the reason."""

QUERY_METHODS = {"aggregate", "bulk_write", "count_documents", "delete_many", "delete_one", "find", "find_one"} | {
    *("find_one_and_update", "update_many", "update_one"),
}
"""The methods of a collection that take a filter and that the app calls."""

BAD_STAGES = {"COLLSCAN", "SORT", "$sort", PART_OF_AN_INDEX}

Explained = list[tuple[Query, Plan]]


@pytest.fixture(scope="module")
def explained(environment: dict[str, str]) -> Iterator[Explained]:
    """Each query of each step, once for each shape and origin, explained twice: after its step, and on the documents of
    the beginning.

    Documents that a step has created are there only the first time, those that it has deleted only the second time.
    """
    redis_url = urlsplit(environment["REDIS_URL"])._replace(path=REDIS_DATABASE).geturl()
    uri = urlsplit(environment["MONGODB_URI"])._replace(path=DATABASE).geturl()
    create_indexes(uri)
    capture = Capture()
    variables = {
        "MONGODB_URI": uri,
        "REDIS_URL": redis_url,
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{CLOSED_PORT}",
        "RATE_LIMIT_UNANSWERED_MESSAGE": "1/86400",
        "EMAIL_FROM": "devconnect@example.org",
        "PUBLIC_URL": "http://127.0.0.1/api",
    }
    outage = {
        "REDIS_URL": f"redis://127.0.0.1:{CLOSED_PORT}/0",
        "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{CLOSED_PORT}",
    }
    with (
        Redis.from_url(redis_url) as redis,
        bare_client(uri) as client,
        closing(Wiring(settings.load(environment | variables), mongo_listeners=[capture])) as first,
    ):
        ada, bob = sign_up(first), sign_up(first)
        first.roles.give(ADMIN, ada.user.emailId)
        with (
            closing(Wiring(settings.load(environment | variables), mongo_listeners=[capture])) as wiring,
            closing(
                Wiring(settings.load(environment | variables | outage), mongo_listeners=[capture])
            ) as without_redis,
        ):
            database = client.get_default_database()
            crowd.fill(database, ada, bob, wiring.clock())
            scene = Scene(wiring, without_redis, ada, bob)
            before = {name: list(database[name].find()) for name in database.list_collection_names()}
            explained: Explained = []
            sent: list[Query] = []
            for step in (*OF_REQUESTS, *OF_THE_CONSUMER):
                capture.queries.clear()
                step(scene)
                sent += _one_of_each_shape(capture.queries)
                explained += [(query, explain(database, query)) for query in _one_of_each_shape(capture.queries)]
            for name, documents in before.items():
                database[name].delete_many({})
                if documents:
                    database[name].insert_many(documents)
            explained += [(query, explain(database, query)) for query in sent]
            yield explained
            client.drop_database(database)
        redis.flushdb()


def bare_client(uri: str) -> MongoClient[dict[str, Any]]:  # Any: BSON
    """Returns a client without the app's limits of time, as thousands of documents are written at once."""
    return MongoClient(uri)


def _one_of_each_shape(queries: list[Query]) -> list[Query]:
    return list({(query.functions, query.collection, _shape(query.command)): query for query in queries}.values())


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return tuple((name, _shape(inner)) for name, inner in value.items())
    return "list" if isinstance(value, list) else type(value).__name__


def test_no_query_scans_a_collection_or_sorts_in_memory(explained: Explained) -> None:
    violations = [f"{sorted(plan.stages)}: {query}" for query, plan in explained if plan.stages & BAD_STAGES]
    assert not violations, "\n".join(violations)


def test_a_query_reads_little_more_than_it_returns(explained: Explained) -> None:
    violations = [
        f"{plan.keys} keys for {plan.returned}: {query}"
        for query, plan in explained
        if plan.keys > FACTOR * _returned(query, plan) + query.left_out + SPARE
        and not set(query.functions) & READS_EVERYTHING.keys()
    ]
    assert not violations, "\n".join(violations)


def _returned(query: Query, plan: Plan) -> int:
    """How many documents the query returns, or may return at most."""
    return max(query.limit or plan.returned, plan.returned)


def test_every_function_that_queries_mongodb_is_covered(explained: Explained) -> None:
    sent = {function for query, _ in explained for function in query.functions}
    assert sorted(set(_querying_functions()) - sent) == []


def test_every_collection_is_queried(explained: Explained) -> None:
    assert {query.collection for query, _ in explained} == {*INDEXES, "leases"}


def _querying_functions() -> Iterator[str]:
    """`<file> <class>.<function>` of each function that calls a method in QUERY_METHODS."""
    for path in sorted(Path(CODE).rglob("*.py")):
        for names, node in _with_names(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in QUERY_METHODS:
                yield f"{path.relative_to(CODE)} {'.'.join(names)}"


def _with_names(module: ast.Module) -> Iterator[tuple[tuple[str, ...], ast.AST]]:
    """Every node, with the names of the classes and functions around it."""
    waiting: list[tuple[tuple[str, ...], ast.AST]] = [((), module)]
    while waiting:
        names, node = waiting.pop()
        yield names, node
        below = (*names, node.name) if isinstance(node, ast.FunctionDef | ast.ClassDef) else names
        waiting += [(below, inner) for inner in ast.iter_child_nodes(node)]
