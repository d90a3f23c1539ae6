"""What the consumer's threads know of each other: whether the loop moves, and what it holds."""

import time
from collections.abc import Mapping

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.consumer.telemetry import metrics

STALLED_SECONDS = 60.0
"""A loop that has not polled for so long is stuck. A batch takes less, also with its retries."""


class ConsumerState:
    """Written by the loop, read by the health server."""

    def __init__(self) -> None:
        self.paused = False
        self.partitions = 0
        self._polled_at = time.monotonic()
        self._lag: Mapping[Partition, int] = {}

    def polled(self) -> None:
        """The loop moves."""
        self._polled_at = time.monotonic()

    def lags(self, lag: Mapping[Partition, int]) -> None:
        """What each partition lags behind; those that are gone are no longer shown."""
        for gone in self._lag.keys() - lag.keys():
            metrics.LAG.remove(gone.topic, str(gone.partition))
        for partition, records in lag.items():
            metrics.LAG.labels(partition.topic, str(partition.partition)).set(records)
        self._lag = lag

    @property
    def live(self) -> bool:
        """False where a restart is the only way on."""
        return time.monotonic() - self._polled_at < STALLED_SECONDS

    @property
    def ready(self) -> bool:
        """Whether events have their effects now."""
        return self.live and self.partitions > 0 and not self.paused
