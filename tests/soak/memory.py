"""How much memory each kind of process has over the time of a soak."""

import statistics
from collections import defaultdict
from collections.abc import Iterator

from chalicelib.clients.kafka.consumer import FETCH_BYTES
from chalicelib.events.topics import EVENT_TOPICS, TOPICS
from tests.soak.system import SoakedSystem
from tests.support.processes import resident_kib

WORKING_KIB = 20 * 1024
"""What a process takes once it has work to do: modules that are imported late, connections, and memory that was freed
in pieces too small to be given back."""

COPIES = 3
"""Of what a consumer fetches: the response as it came, the parts of it, and the response that comes next."""

PARTITIONS = sum(topic.partitions for topic in TOPICS if topic.name in EVENT_TOPICS)
FETCHED_KIB = COPIES * PARTITIONS * FETCH_BYTES // 1024
"""What a consumer with a backlog holds more than one without, where it has all partitions."""

ROOM_KIB = {
    "gateway": WORKING_KIB,
    "functions": WORKING_KIB,
    "consumer-1": WORKING_KIB + FETCHED_KIB,
    "consumer-2": WORKING_KIB + FETCHED_KIB,
}
"""By how much the project's own processes may grow from the first quarter of a load to the last, whatever backlog they
have. The servers fill the caches that they are given."""


class Memory:
    """Samples of resident memory in KiB, by the name of the process."""

    def __init__(self) -> None:
        self._samples: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)

    def sample(self, system: SoakedSystem, progress: float) -> None:
        """Samples all processes; `progress` is the done share of the load."""
        for name, pid in _processes(system):
            resident = resident_kib(pid)
            if resident:
                self.add(name, progress, resident)

    def add(self, name: str, progress: float, resident: int) -> None:
        self._samples[name].append((progress, resident))

    def quarters(self) -> dict[str, tuple[int, int]]:
        """{name: the medians of the first and of the last quarter of the load}."""
        medians: dict[str, tuple[int, int]] = {}
        for name, samples in sorted(self._samples.items()):
            first = [resident for progress, resident in samples if progress <= 0.25]
            last = [resident for progress, resident in samples if progress >= 0.75]
            if first and last:
                medians[name] = (int(statistics.median(first)), int(statistics.median(last)))
        return medians

    def grown(self) -> list[str]:
        """The project's own processes that have grown by more than their room."""
        return [
            f"{name} has grown from {first // 1024} to {last // 1024} MiB"
            for name, (first, last) in self.quarters().items()
            if name in ROOM_KIB and last > first + ROOM_KIB[name]
        ]


def _processes(system: SoakedSystem) -> Iterator[tuple[str, int]]:
    for process in system.processes:
        if process.runs:
            yield process.child.name, process.pid
    yield from (("functions", pid) for pid in system.workers())
