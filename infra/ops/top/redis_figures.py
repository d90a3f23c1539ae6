"""What Redis tells of itself."""

from dataclasses import dataclass

from chalicelib.wiring import Wiring


@dataclass(frozen=True)
class RedisFigures:
    """`memory` is in bytes, of all servers together."""

    memory: int
    refuses_writes: bool


@dataclass(frozen=True)
class RedisLook:
    """Looks at Redis through the client of the functions, which has short time-outs and speaks to a cluster too."""

    wiring: Wiring

    def __call__(self) -> RedisFigures:
        """Raises RedisUnavailable."""
        redis = self.wiring.redis
        return RedisFigures(redis.used_memory(), redis.refuses_writes())
