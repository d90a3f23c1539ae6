"""How much memory each kind of process has over the time of a soak."""

import statistics
from collections import defaultdict
from collections.abc import Iterator

from tests.soak.system import SoakedSystem
from tests.support.processes import resident_kib

FLAT = ("gateway", "functions", "consumer-1", "consumer-2")
"""The project's own processes, whose memory must not grow; the servers fill the caches that they are given."""

GROWTH = 1.3
ROOM_KIB = 20 * 1024


class Memory:
    """Samples of resident memory in KiB, by the name of the process."""

    def __init__(self) -> None:
        self._samples: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)

    def sample(self, system: SoakedSystem, progress: float) -> None:
        """Samples all processes; `progress` is the done share of the load."""
        for name, pid in _processes(system):
            resident = resident_kib(pid)
            if resident:
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
        """The project's own processes that have grown."""
        return [
            f"{name} has grown from {first // 1024} to {last // 1024} MiB"
            for name, (first, last) in self.quarters().items()
            if name in FLAT and last > first * GROWTH + ROOM_KIB
        ]


def _processes(system: SoakedSystem) -> Iterator[tuple[str, int]]:
    for process in system.processes:
        if process.runs:
            yield process.child.name, process.pid
    yield from (("functions", pid) for pid in system.workers())
