"""A replica set of three MongoDB members, each of which a test may kill or freeze."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from infra.local.ports import free_port
from infra.local.process import Child
from infra.local.servers.mongodb import mongodb
from tests.support.controlled import Controlled, controlled
from tests.support.waiting import eventually

_SET = "rs0"
_SETTINGS = {"electionTimeoutMillis": 2_000, "heartbeatIntervalMillis": 500}
"""A dead primary is replaced after 2 s, in place of 10: a test has many of them."""


@contextmanager
def running_replica_set(directory: Path) -> Iterator[tuple[list[Controlled], str]]:
    """Starts three members, and yields them with the address of their set, once it has a primary."""
    ports = [free_port() for _ in range(3)]
    with controlled([_member(directory, port) for port in ports], directory) as members:
        hosts = [f"127.0.0.1:{port}" for port in ports]
        with _direct(ports[0]) as client:
            listed = [{"_id": number, "host": host} for number, host in enumerate(hosts)]
            client.admin.command("replSetInitiate", {"_id": _SET, "members": listed, "settings": _SETTINGS})
        eventually(lambda: any(_state(port) == "PRIMARY" for port in ports), what="a primary")
        yield members, f"mongodb://{','.join(hosts)}/devconnect?replicaSet={_SET}"


def primary_of(members: Sequence[Controlled]) -> Controlled | None:
    """Returns the member that is the primary, or None where there is none that answers."""
    for member in members:
        if member.runs and _state(int(member.child.address.rpartition(":")[2])) == "PRIMARY":
            return member
    return None


def step_down(primary: Controlled) -> None:
    """Makes the primary a secondary, and keeps it one for 10 s. Raises PyMongoError where it refuses."""
    with _direct(int(primary.child.address.rpartition(":")[2]), seconds=20) as client:
        client.admin.command("replSetStepDown", 10, secondaryCatchUpPeriodSecs=5)


def _member(directory: Path, port: int) -> Child:
    data = directory / f"mongodb-{port}"
    data.mkdir(parents=True)
    return replace(
        mongodb(data, port),
        name=f"mongodb-{port}",
        address=f"127.0.0.1:{port}",
        ready=lambda _output: _state(port) is not None,
    )


def _state(port: int) -> str | None:
    """Returns what a member is: PRIMARY, SECONDARY, or OTHER while it starts; None where it does not answer."""
    with _direct(port) as client:
        try:
            hello = client.admin.command("hello")
        except (ConnectionFailure, OperationFailure):
            return None
    return "PRIMARY" if hello["isWritablePrimary"] else "SECONDARY" if hello["secondary"] else "OTHER"


def _direct(port: int, seconds: float = 1.0) -> MongoClient[dict[str, Any]]:  # Any: BSON
    return MongoClient(
        f"mongodb://127.0.0.1:{port}/?directConnection=true",
        serverSelectionTimeoutMS=300,
        socketTimeoutMS=int(seconds * 1000),
    )
