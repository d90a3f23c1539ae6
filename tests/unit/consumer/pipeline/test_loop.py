"""The consumer's loop goes on when the lag cannot be read."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import cast

from kafka.errors import KafkaError

from chalicelib.clients.kafka.consumer import GroupMember, Partition, Record
from chalicelib.consumer.pipeline.loop import GATHER_SECONDS, Loop
from chalicelib.consumer.telemetry.state import ConsumerState
from tests.support.kafka_records import KafkaRecord


class StubMember:
    """A member of a group that returns one record a poll, and fails at the second request for the lag."""

    def __init__(self) -> None:
        self.offset = 0
        self.committed: list[int] = []
        self.lag_requests = 0

    def poll(self, _milliseconds: int) -> list[Record]:
        self.offset += 1
        return [KafkaRecord(self.offset, b"{}")]

    def lag(self) -> Mapping[Partition, int]:
        self.lag_requests += 1
        if self.lag_requests == 2:
            raise KafkaError("no offsets")
        return {}

    def commit(self, records: Sequence[Record]) -> None:
        self.committed += [record.offset for record in records]

    def close(self) -> None:
        pass


def test_records_are_dispatched_and_committed_when_the_lag_cannot_be_read() -> None:
    member, stop = StubMember(), threading.Event()
    dispatched: list[int] = []

    def dispatch(records: Sequence[Record]) -> None:
        dispatched.extend(record.offset for record in records)
        if len(dispatched) == 3:
            stop.set()

    began = time.monotonic()
    Loop(cast("GroupMember", member), dispatch, ConsumerState(), stop).run()
    assert dispatched == member.committed == [1, 2, 3]
    assert time.monotonic() - began >= 2 * GATHER_SECONDS, "batches that are not full are gathered"
