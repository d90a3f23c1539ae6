"""Commands to MongoDB, counted twice: as the driver sends them, and as the server has executed them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.monitoring import CommandStartedEvent

from tests.support.mongodb_commands import StartedCommandListener

READS = frozenset({"find", "getMore", "aggregate", "count", "distinct"})
WRITES = frozenset({"insert", "update", "delete", "findAndModify"})


@dataclass(frozen=True)
class Command:
    """`acknowledged` is False for a write with the write concern w:0."""

    name: str
    collection: str
    acknowledged: bool

    @property
    def reads(self) -> bool:
        return self.name in READS

    @property
    def is_of_the_outage(self) -> bool:
        """Whether it stores a kept deletion. Only a cache that is down causes one: without a cache there are none."""
        return self.collection == "invalidations"


class DriverCounts(StartedCommandListener):
    """Counts the commands that pymongo sends, by the kind of the current operation. It serves one thread."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[Command]] = {}
        self._kind = ""

    def begin(self, kind: str) -> None:
        """Counts for this kind from now on."""
        self._kind = kind

    def of(self, kind: str) -> Counter[Command]:
        return self._counts.get(kind, Counter())

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in READS | WRITES:
            return
        command = Command(
            event.command_name,
            str(event.command.get("collection" if event.command_name == "getMore" else event.command_name)),
            acknowledged=event.command.get("writeConcern", {}).get("w") != 0,
        )
        self._counts.setdefault(self._kind, Counter())[command] += 1


def server_counts(client: "MongoClient[dict[str, Any]]") -> Counter[str]:
    """{command: how many the server has executed since its start}, whoever sent them."""
    commands = client.admin.command("serverStatus")["metrics"]["commands"]
    return Counter({name: commands[name]["total"] for name in READS | WRITES if name in commands})
