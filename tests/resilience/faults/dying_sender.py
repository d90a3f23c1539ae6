"""The process of a function that sends one message, and is killed at a chosen point of that.

`python -m tests.resilience.faults.dying_sender before-publish|before-clean-up`, in the environment of the system's
processes.
"""

import os
import signal
import sys
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pymongo.collection import Collection

from chalicelib import settings
from chalicelib.clients.breaker import Breaker
from chalicelib.clients.kafka.producer import Producer, RecordFuture
from chalicelib.clients.mongo.database import MongoDatabase
from chalicelib.wiring import Wiring
from tests.resilience.faults.sending import sign_up


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesBeforePublish(Producer):
    """Dies before a message's event is published; the events of the sign-ups are published."""

    def send(
        self, topic: str, key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]] = ()
    ) -> RecordFuture | None:
        if topic == "message-events":
            die()
        return super().send(topic, key, value, headers)


class DiesBeforeCleanUp(MongoDatabase):
    """Dies before a published event is removed from its document, when Kafka has acknowledged it."""

    def unacknowledged(self, collection: "Collection[Any]") -> "Collection[Any]":  # Any: documents of every kind
        if collection.name == "messages":
            die()
        return super().unacknowledged(collection)


class BeforePublish(Wiring):
    @cached_property
    def producer(self) -> Producer:
        return DiesBeforePublish(self.settings.kafka, Breaker(self.clock))


class BeforeCleanUp(Wiring):
    @cached_property
    def mongo(self) -> MongoDatabase:
        return DiesBeforeCleanUp(self.settings.mongodb_uri, Breaker(self.clock))


POINTS = {"before-publish": BeforePublish, "before-clean-up": BeforeCleanUp}


def main(point: str) -> None:
    wiring = POINTS[point](settings.load())
    sender, receiver = sign_up(wiring), sign_up(wiring)
    wiring.messages.send(
        sender.credentials, to_user_id=receiver.user.userId, text="the last message", client_message_id=None
    )
    sys.exit("the process outlived its point")


if __name__ == "__main__":
    main(*sys.argv[1:])
