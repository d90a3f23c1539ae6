"""What each query of the app costs among thousands of documents: it reads what it answers, in order, and little more.

The queries are those that the services and the consumer send, as pymongo tells of them; the code says which there are.
"""

import ast
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from chalicelib import settings
from chalicelib.wiring import Wiring
from infra.provision.indexes import INDEXES, create_indexes
from tests.integration.conftest import CLOSED_PORT, sign_up
from tests.integration.queries import crowd
from tests.integration.queries.consumer_queries import OF_THE_CONSUMER
from tests.integration.queries.every_query import OF_REQUESTS, Scene
from tests.integration.queries.explained import CODE, PART_OF_AN_INDEX, Capture, Plan, Query, explain

DATABASE, REDIS_DATABASE = "/plans", "/8"

FACTOR, SPARE = 2, 20
"""Keys that may be examined for each document that is answered, or may be; and besides, for bounds and doubles."""

READING_ALL = {
    "consumer/tasks/presence_maintenance.py PresenceMaintenance.online": "it counts who is online",
    "consumer/tasks/presence_maintenance.py PresenceMaintenance._online": "it rewrites all presence, in pages by _id",
    "stores/presence_audience.py PresenceAudience._sockets": "everyone is told, in a small installation",
}
"""Those whose keys are not counted, and why."""

ASKING = {"aggregate", "bulk_write", "count_documents", "delete_many", "delete_one", "find", "find_one"} | {
    *("find_one_and_update", "update_many", "update_one"),
}
"""The methods of a collection that take a filter, as far as the app calls them."""

WRONG = {"COLLSCAN", "SORT", "$sort", PART_OF_AN_INDEX}

Explained = list[tuple[Query, Plan]]


@pytest.fixture(scope="module")
def explained(environment: dict[str, str]) -> Iterator[Explained]:
    """Each query of each step, once for each shape and origin; explained as the step has left it, and as it began.

    What a step made is there in the first case alone, and what it took away in the second.
    """
    redis_url = urlsplit(environment["REDIS_URL"])._replace(path=REDIS_DATABASE).geturl()
    uri = urlsplit(environment["MONGODB_URI"])._replace(path=DATABASE).geturl()
    create_indexes(uri)
    capture = Capture()
    ours = {
        "MONGODB_URI": uri,
        "REDIS_URL": redis_url,
        "KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{CLOSED_PORT}",
        "EMAIL_FROM": "devconnect@example.org",
    }
    nowhere = {
        "REDIS_URL": f"redis://127.0.0.1:{CLOSED_PORT}/0",
        "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{CLOSED_PORT}",
    }
    with (
        Redis.from_url(redis_url) as redis,
        closing(Wiring(settings.load(environment | ours), mongo_listeners=[capture])) as first,
    ):
        ada, bob = sign_up(first), sign_up(first)
        first.administrators.add(ada.user.emailId)
        with (
            closing(Wiring(settings.load(environment | ours), mongo_listeners=[capture])) as wiring,
            closing(Wiring(settings.load(environment | ours | nowhere), mongo_listeners=[capture])) as without_redis,
        ):
            database = wiring.mongo.database
            crowd.fill(database, ada, bob, wiring.clock())
            scene = Scene(wiring, without_redis, ada, bob)
            before = {name: list(database[name].find()) for name in database.list_collection_names()}
            found: Explained = []
            sent: list[Query] = []
            for step in (*OF_REQUESTS, *OF_THE_CONSUMER):
                capture.queries.clear()
                step(scene)
                sent += _of_each_shape(capture.queries)
                found += [(query, explain(database, query)) for query in _of_each_shape(capture.queries)]
            for name, documents in before.items():
                database[name].delete_many({})
                if documents:
                    database[name].insert_many(documents)
            found += [(query, explain(database, query)) for query in sent]
            yield found
            wiring.mongo.client.drop_database(database)
        redis.flushdb()


def _of_each_shape(queries: list[Query]) -> list[Query]:
    return list({(query.functions, query.collection, _shape(query.command)): query for query in queries}.values())


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return tuple((name, _shape(inner)) for name, inner in value.items())
    return "list" if isinstance(value, list) else type(value).__name__


def test_no_collection_is_scanned_and_nothing_is_sorted(explained: Explained) -> None:
    wrong = [f"{sorted(plan.stages)}: {query}" for query, plan in explained if plan.stages & WRONG]
    assert not wrong, "\n".join(wrong)


def test_as_much_is_read_as_is_answered_and_little_more(explained: Explained) -> None:
    wrong = [
        f"{plan.keys} keys for {plan.returned}: {query}"
        for query, plan in explained
        if plan.keys > FACTOR * _answered(query, plan) + SPARE and not set(query.functions) & READING_ALL.keys()
    ]
    assert not wrong, "\n".join(wrong)


def _answered(query: Query, plan: Plan) -> int:
    """Documents that it answers, or may answer at most."""
    return max(query.asked_for or plan.returned, plan.returned)


def test_no_query_of_the_app_is_left_out(explained: Explained) -> None:
    sent = {function for query, _ in explained for function in query.functions}
    assert sorted(set(_asking_functions()) - sent) == []


def test_every_collection_is_asked(explained: Explained) -> None:
    assert {query.collection for query, _ in explained} == {*INDEXES, "leases"}


def _asking_functions() -> Iterator[str]:
    """`<file> <class>.<function>` of each that calls a method in ASKING."""
    for path in sorted(Path(CODE).rglob("*.py")):
        for names, node in _with_names(ast.parse(path.read_text()), ()):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in ASKING:
                yield f"{path.relative_to(CODE)} {'.'.join(names)}"


def _with_names(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ast.AST]]:
    for inner in ast.iter_child_nodes(node):
        yield names, inner
        below = (*names, inner.name) if isinstance(inner, ast.FunctionDef | ast.ClassDef) else names
        yield from _with_names(inner, below)
