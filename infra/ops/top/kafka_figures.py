"""What Kafka tells of the consumer: its lag, and what it has given up."""

from dataclasses import dataclass
from functools import cached_property

from chalicelib.events.topics import DEAD_LETTER, GROUP
from infra.ops.group_lag import GroupLag, measure
from infra.ops.servers import Servers
from infra.ops.topic_log import TopicLog


@dataclass(frozen=True)
class KafkaFigures:
    """`dead_letters` is how many the topic holds; None where there is no such topic."""

    lag: GroupLag
    dead_letters: int | None


@dataclass(frozen=True)
class KafkaLook:
    """Looks at Kafka through one consumer, which finds the brokers again by itself after they were gone."""

    servers: Servers

    @cached_property
    def _log(self) -> TopicLog:
        return self.servers.open_log(group=GROUP)

    def __call__(self) -> KafkaFigures:
        """Raises KafkaError, click.ClickException where no broker can be reached."""
        # Some questions of kafka-python have no time-out while no broker responds.
        self.servers.require_kafka()
        lag = measure(self._log, GROUP)
        if DEAD_LETTER not in self._log.topics():
            return KafkaFigures(lag, None)
        held = self._log.held(self._log.partitions(DEAD_LETTER))
        return KafkaFigures(lag, sum(map(len, held.values())))
