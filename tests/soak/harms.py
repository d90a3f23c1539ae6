"""What the soak does to the system: each harm is done, lasts for some seconds, and is mended."""

import os
import random
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pymongo.errors import PyMongoError
from redis import Redis

from tests.soak.system import SoakedSystem
from tests.support.addresses import CLOSED_PORT
from tests.support.controlled import Controlled
from tests.support.replica_sets import primary_of, step_down
from tests.support.waiting import eventually

LONGEST_SECONDS = 6.0
USUAL_START_SECONDS = 25.0

Do = Callable[[], None]


@dataclass(frozen=True)
class Network:
    """What can be done to the connections of those clients that are behind a proxy: it knows the loop it runs in."""

    cut: Do
    halve: Do
    fall_silent: Do
    delay: Do
    refuse: Do
    heal: Do


@dataclass(frozen=True)
class Harm:
    """`kind` is that of the deck, `name` says whom it hits; `lasts` is how many seconds are between `do` and `mend`."""

    kind: str
    name: str
    do: Do
    mend: Do
    lasts: float


class Harms:
    """A deck of all kinds of harm: each kind comes once before any of them comes again."""

    def __init__(self, system: SoakedSystem, network: Network, rng: random.Random, say: Callable[[str], None]) -> None:
        self._system = system
        self._say = say
        self._rng = rng
        self._deck: list[str] = []
        self._kinds: Mapping[str, Callable[[], tuple[str, Do, Do]]] = {
            "kill Redis": lambda: self._kill(system.redis),
            "stop Redis": lambda: self._stop(system.redis),
            "flush Redis": lambda: self._redis("FLUSHALL"),
            "cut Redis' connections": lambda: self._redis("CLIENT", "KILL", "TYPE", "normal"),
            "fill Redis": lambda: self._configure("maxmemory", "1", "0"),
            "Redis without replicas": lambda: self._configure("min-replicas-to-write", "1", "0"),
            "Redis as a replica": self._make_replica,
            "kill MongoDB's primary": lambda: self._kill(self._primary()),
            "stop MongoDB's primary": lambda: self._stop(self._primary()),
            "step MongoDB's primary down": self._step_down,
            "kill a MongoDB secondary": lambda: self._kill(self._secondary()),
            "kill a broker": lambda: self._kill(rng.choice(system.brokers)),
            "stop a broker": lambda: self._stop(rng.choice(system.brokers)),
            "kill a consumer": lambda: self._kill(rng.choice(system.consumers)),
            "stop a consumer": lambda: self._stop(rng.choice(system.consumers)),
            "kill the gateway": lambda: self._kill(system.gateway),
            "stop the gateway": lambda: self._stop(system.gateway),
            "kill a function": lambda: self._kill_functions(1),
            "kill all functions": lambda: self._kill_functions(1_000),
            "cut clients": lambda: ("cut clients", network.cut, _nothing),
            "cut clients' frames": lambda: ("cut clients' frames", network.halve, network.cut),
            "silence clients": lambda: ("silence clients", network.fall_silent, network.heal),
            "slow clients": lambda: ("slow clients", network.delay, network.heal),
            "refuse clients": lambda: ("refuse clients", network.refuse, network.heal),
        }

    def next(self) -> Harm:
        if not self._deck:
            self._deck = self._rng.sample(sorted(self._kinds), len(self._kinds))
        kind = self._deck.pop()
        name, do, mend = self._kinds[kind]()
        return Harm(kind, name, do, mend, self._rng.uniform(0.5, LONGEST_SECONDS))

    def _kill(self, process: Controlled) -> tuple[str, Do, Do]:
        def start() -> None:
            process.start()
            try:
                eventually(process.is_ready, seconds=USUAL_START_SECONDS)
            except AssertionError:
                # What the consumers do meanwhile tells why: the others may hold the group up.
                for consumer in self._system.consumers:
                    if consumer.runs:
                        consumer.send(signal.SIGUSR1)
                self._say(f"  {process.child.name} takes long to start; the consumers' logs have their stacks")
                process.wait_until_ready()

        return f"kill {process.child.name}", process.kill, start

    def _stop(self, process: Controlled) -> tuple[str, Do, Do]:
        return (
            f"stop {process.child.name}",
            lambda: process.send(signal.SIGSTOP),
            lambda: process.send(signal.SIGCONT),
        )

    def _primary(self) -> Controlled:
        primary = eventually(lambda: primary_of(self._system.members), seconds=60, what="a primary")
        assert primary is not None
        return primary

    def _secondary(self) -> Controlled:
        primary = self._primary()
        return self._rng.choice([member for member in self._system.members if member is not primary])

    def _step_down(self) -> tuple[str, Do, Do]:
        def do() -> None:
            with suppress(PyMongoError):  # a primary that no secondary keeps up with refuses, and stays
                step_down(self._primary())

        return "step MongoDB's primary down", do, _nothing

    def _redis(self, *command: str) -> tuple[str, Do, Do]:
        def do() -> None:
            with self._client() as client:
                client.execute_command(*command)  # type: ignore[no-untyped-call] # redis-py

        return " ".join(command), do, _nothing

    def _configure(self, name: str, harmful: str, usual: str) -> tuple[str, Do, Do]:
        def configure(value: str) -> None:
            with self._client() as client:
                client.config_set(name, value)

        return f"{name} {harmful}", lambda: configure(harmful), lambda: configure(usual)

    def _make_replica(self) -> tuple[str, Do, Do]:
        def replicate(*of: str) -> None:
            with self._client() as client:
                client.execute_command("REPLICAOF", *of)  # type: ignore[no-untyped-call] # redis-py

        return (
            "REPLICAOF nowhere",
            lambda: replicate("127.0.0.1", str(CLOSED_PORT)),
            lambda: replicate("NO", "ONE"),
        )

    def _kill_functions(self, most: int) -> tuple[str, Do, Do]:
        def do() -> None:
            workers = sorted(self._system.workers())
            for pid in self._rng.sample(workers, min(most, len(workers))):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

        return f"kill {'a function' if most == 1 else 'all functions'}", do, _nothing

    @contextmanager
    def _client(self) -> Iterator[Redis]:
        with Redis.from_url(self._system.redis.child.address, socket_timeout=10) as client:
            yield client


def _nothing() -> None:
    """There is nothing to mend."""
