"""The process of a function that sends messages, and is killed at a chosen point of that.

`python -m tests.resilience.faults.dying_sender before-publish|after-publish|before-move|in-move`, in the environment
of the system's processes.
"""

import os
import signal
import sys
from collections.abc import Sequence
from functools import cached_property

from chalicelib import settings
from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.producer import Producer, RecordFuture
from chalicelib.clients.kafka.records import OutgoingRecord
from chalicelib.models.documents import MessageDocument
from chalicelib.stores.message_commits import Draft
from chalicelib.stores.message_moves import KEEP, KEEP_FOR, MOVE_EVERY, MessageMoves
from chalicelib.wiring import Wiring
from tests.support.users import sign_up


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesBeforePublish(Producer):
    """Dies before a message's event is published; the events of the sign-ups are published."""

    def send_all(self, records: Sequence[OutgoingRecord]) -> Sequence[RecordFuture | None]:
        if any(record.topic == "message-events" for record in records):
            die()
        return super().send_all(records)


class DiesAfterPublish(Producer):
    """Dies when Kafka has acknowledged a message's event."""

    sends_message = False

    def send_all(self, records: Sequence[OutgoingRecord]) -> Sequence[RecordFuture | None]:
        self.sends_message = any(record.topic == "message-events" for record in records)
        return super().send_all(records)

    def is_acknowledged(self, future: RecordFuture) -> bool:
        acknowledged = super().is_acknowledged(future)
        if self.sends_message:
            die()
        return acknowledged


class DiesBeforeMove(MessageMoves):
    """Dies when it is to move messages, and none is moved yet."""

    def move(self, conversation_id: str) -> None:
        os.write(2, f"{conversation_id} is to be moved\n".encode())
        die()


class DiesInMove(MessageMoves):
    """Dies when messages are in `messages`, and in the tail of their conversation as well."""

    def _insert(self, messages: Sequence[MessageDocument]) -> None:
        super()._insert(messages)
        die()


class BeforePublish(Wiring):
    @cached_property
    def producer(self) -> Producer:
        return DiesBeforePublish(self.settings.kafka, Breaker(self.clock))


class AfterPublish(Wiring):
    @cached_property
    def producer(self) -> Producer:
        return DiesAfterPublish(self.settings.kafka, Breaker(self.clock))


class BeforeMove(Wiring):
    @cached_property
    def message_moves(self) -> MessageMoves:
        return DiesBeforeMove(self.mongo, self.clock)


class InMove(Wiring):
    @cached_property
    def message_moves(self) -> MessageMoves:
        return DiesInMove(self.mongo, lambda: self.clock() + KEEP_FOR)


POINTS = {
    "before-publish": BeforePublish,
    "after-publish": AfterPublish,
    "before-move": BeforeMove,
    "in-move": InMove,
}


def main(point: str) -> None:
    wiring = POINTS[point](settings.load())
    sender, receiver = sign_up(wiring), sign_up(wiring)
    drafts = [Draft("the last message")]
    if "move" in point:  # it takes as many messages until a move is due
        drafts = [Draft(f"message {number}") for number in range(KEEP + MOVE_EVERY)]
    wiring.messages.send_all(sender.credentials, to_user_id=receiver.user.userId, drafts=drafts)
    sys.exit("the process outlived its point")


if __name__ == "__main__":
    main(*sys.argv[1:])
