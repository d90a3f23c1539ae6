"""The loop with a member of a group that fails in one place."""

import threading
from collections.abc import Mapping, Sequence
from typing import cast

from kafka.errors import KafkaError

from chalicelib.clients.kafka.consumer import GroupMember, Partition, Record
from chalicelib.consumer.pipeline.loop import Loop
from chalicelib.consumer.telemetry.state import ConsumerState
from tests.support.kafka_records import KafkaRecord


class Member:
    """Gives one record a poll; the lag cannot be asked the second time."""

    def __init__(self) -> None:
        self.offset = 0
        self.committed: list[int] = []
        self.asked = 0

    def poll(self, _milliseconds: int) -> list[Record]:
        self.offset += 1
        return [KafkaRecord(self.offset, b"{}")]

    def lag(self) -> Mapping[Partition, int]:
        self.asked += 1
        if self.asked == 2:
            raise KafkaError("no offsets")
        return {}

    def commit(self, records: Sequence[Record]) -> None:
        self.committed += [record.offset for record in records]

    def close(self) -> None:
        pass


def test_records_are_dispatched_and_committed_when_the_lag_cannot_be_read() -> None:
    member, stop = Member(), threading.Event()
    dispatched: list[int] = []

    def dispatch(records: Sequence[Record]) -> None:
        dispatched.extend(record.offset for record in records)
        if len(dispatched) == 3:
            stop.set()

    Loop(cast("GroupMember", member), dispatch, ConsumerState(), stop).run()
    assert dispatched == member.committed == [1, 2, 3]
