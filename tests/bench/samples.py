"""Measured calls: wall time and processor time of each round, and the medians over rounds."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Round:
    """One round of calls: their durations, sorted, and the processor time of this process for each, in seconds."""

    seconds: Sequence[float]
    cpu: float

    def at(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


@dataclass(frozen=True)
class Measured:
    """The medians over rounds, in seconds."""

    p50: float
    p99: float
    cpu: float

    @classmethod
    def of(cls, rounds: Sequence[Round]) -> "Measured":
        return cls(
            p50=median(each.at(0.50) for each in rounds),
            p99=median(each.at(0.99) for each in rounds),
            cpu=median(each.cpu for each in rounds),
        )


def measure_round(call: Callable[[], object], calls: int) -> Round:
    """Calls it so often, after a tenth as many calls that do not count."""
    for _ in range(calls // 10):
        call()
    seconds = []
    cpu = time.process_time()
    for _ in range(calls):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return Round(sorted(seconds), (time.process_time() - cpu) / calls)


def measure_each(calls: dict[str, Callable[[], object]], *, number: int, rounds: int) -> dict[str, Measured]:
    """Measures all of them in each round, one after the other, so that a slow moment of the machine hits all."""
    measured: dict[str, list[Round]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            measured[name].append(measure_round(call, number))
    return {name: Measured.of(of_one) for name, of_one in measured.items()}
