"""One look at all servers: what each tells, or the sentence that says why it does not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

from infra.ops.sentences import ServerFailure, sentence
from infra.ops.servers import Servers
from infra.ops.top.kafka_figures import KafkaFigures, KafkaLook
from infra.ops.top.mongodb_figures import MongoFigures, MongoLook
from infra.ops.top.redis_figures import RedisFigures, RedisLook

T = TypeVar("T")


@dataclass(frozen=True)
class Look:
    """Each is the server's figures, or what failed in one sentence."""

    kafka: KafkaFigures | str
    mongodb: MongoFigures | str
    redis: RedisFigures | str

    @property
    def is_whole(self) -> bool:
        """Whether every server has told its figures."""
        return not any(isinstance(part, str) for part in (self.kafka, self.mongodb, self.redis))


class Looking:
    """Looks again and again, each time at all servers one after the other. A failure of one hides no other."""

    def __init__(self, servers: Servers) -> None:
        """Raises SettingsError: wrong settings are no server's failure."""
        self._kafka, self._mongodb, self._redis = (
            KafkaLook(servers),
            MongoLook(servers.wiring),
            RedisLook(servers.wiring),
        )

    def look(self) -> Look:
        return Look(_told(self._kafka), _told(self._mongodb), _told(self._redis))


def _told(ask: Callable[[], T]) -> T | str:
    try:
        return ask()
    except (*ServerFailure, click.ClickException) as error:
        return sentence(error)
