"""Deferred look-ups: values that are wanted from Redis, collected so that one round trip fetches all of them."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from chalicelib.clients.redis.exchange import Command, Reply

T_co = TypeVar("T_co", covariant=True)


class Lookup(Generic[T_co]):
    """One value that is wanted from Redis, to be fetched together with others in one round trip.

    `commands` fetch it, `decode` turns their replies into the value, and `without_redis` finds the value while Redis is
    down. Use: hand it to `RedisClient.fetch` (or to `Gate.admit`, which fetches), then call `resolve`.

    `no_copies` are the sorted sets among its keys that are no refillable copies: what is missing there counts as not
    being so. Redis is believed on them only while it takes writes, as a write that it refused would be missing.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        decode: Callable[[Sequence[Reply]], T_co],
        without_redis: Callable[[], T_co],
        *,
        no_copies: Sequence[str] = (),
    ) -> None:
        self.commands = commands
        self.no_copies = no_copies
        self._decode = decode
        self._without_redis = without_redis
        self._replies: Sequence[Reply] | None = None
        self._fetched = False
        self._values: list[T_co] = []

    def settle(self, replies: Sequence[Reply] | None) -> None:
        """Take the replies to `commands`, in their order. None says that Redis did not answer."""
        self._replies = replies
        self._fetched = True

    def resolve(self) -> T_co:
        """Return the value. The first call may read MongoDB (after a miss, or without Redis); later calls do not.

        Raises Unavailable where MongoDB was needed and did not answer; RuntimeError before `RedisClient.fetch`.
        """
        if not self._fetched:
            raise RuntimeError("a Lookup has no value before RedisClient.fetch")
        # No cached_property: on Python 3.11 its one lock would let only one thread of the process resolve at a time.
        if not self._values:
            self._values.append(self._without_redis() if self._replies is None else self._decode(self._replies))
        return self._values[0]
