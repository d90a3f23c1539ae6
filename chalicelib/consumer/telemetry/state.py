"""The state of the consumer that its threads share: whether the loop is running, and what it reads."""

import time
from collections.abc import Mapping

from chalicelib.clients.kafka.consumer import Partition
from chalicelib.consumer.telemetry import metrics

STALLED_SECONDS = 60.0
"""A loop that has not polled for this long is stuck. A batch takes less time, even with its retries."""


class ConsumerState:
    """The loop writes this state, and the health server reads it."""

    def __init__(self) -> None:
        self.paused = False
        self.partitions = 0
        self._polled_at = time.monotonic()
        self._lag: Mapping[Partition, int] = {}

    def record_poll(self) -> None:
        """Note that the loop has polled, and so is running."""
        self._polled_at = time.monotonic()

    def record_lag(self, lag: Mapping[Partition, int]) -> None:
        """Publish the lag of each partition, and no longer that of partitions that this consumer has lost."""
        for gone in self._lag.keys() - lag.keys():
            metrics.LAG.remove(gone.topic, str(gone.partition))
        for partition, records in lag.items():
            metrics.LAG.labels(partition.topic, str(partition.partition)).set(records)
        self._lag = lag

    @property
    def live(self) -> bool:
        """Whether the loop is running. Where it is not, only a restart helps."""
        return time.monotonic() - self._polled_at < STALLED_SECONDS

    @property
    def ready(self) -> bool:
        """Whether events are being processed now."""
        return self.live and self.partitions > 0 and not self.paused
