"""The one rule for every cached copy: a reader never overwrites newer data with an older copy.

- After a miss, a reader takes a lease (`SET key <nonce> NX PX 5000`), reads MongoDB, and fills the cache by a script
  that sets the copy only where the key still holds the reader's own nonce.
- A reader who finds the lease of another reader reads MongoDB and fills nothing.
- A writer deletes the key, be it a copy or a lease, after its commit and before its response.

See "Scaling Memcache at Facebook" (NSDI 2013), section 3.2.1.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Generic, TypeVar

import msgspec

from chalicelib.clients.redis.client import RedisClient
from chalicelib.clients.redis.exchange import Reply
from chalicelib.clients.redis.lookup import Lookup
from chalicelib.errors import RedisUnavailable

T = TypeVar("T")

LEASE_MILLISECONDS = 5_000
LEASE_PREFIX = b"lease:"

_FILL = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


def take_lease(redis: RedisClient, key: str) -> bytes | None:
    """Take the lease on `key` and return its nonce, or None where it is not free, so that nothing may be filled."""
    lease = _lease(key)
    redis.fetch(lease)
    return lease.resolve()


def _lease(key: str) -> Lookup[bytes | None]:
    nonce = LEASE_PREFIX + secrets.token_hex(8).encode()
    return Lookup(
        [("SET", key, nonce, "NX", "PX", LEASE_MILLISECONDS)],
        decode=lambda replies: nonce if replies[0] is True else None,
        without_redis=lambda: None,
    )


class CachedRecord(Generic[T]):
    """Copies of single records as JSON under `<prefix><id>`, which are read through with `load`.

    `load` reads the record from MongoDB. It returns None where there is no such record, and may raise Unavailable.
    """

    def __init__(
        self,
        *,
        redis: RedisClient,
        prefix: str,
        ttl: timedelta,
        record_type: type[T],
        load: Callable[[str], T | None],
    ) -> None:
        self._redis = redis
        self._prefix = prefix
        self._milliseconds = int(ttl.total_seconds() * 1000)
        self._load = load
        self._decoder = msgspec.json.Decoder(record_type)

    def key(self, record_id: str) -> str:
        return self._prefix + record_id

    def lookup(self, record_id: str) -> Lookup[T | None]:
        key = self.key(record_id)
        return Lookup(
            [("GET", key)],
            decode=lambda replies: self._decode(record_id, replies[0]),
            without_redis=lambda: self._load(record_id),
        )

    def ensure_cached(self, record_id: str) -> Lookup[bool]:
        """Fill the cache where it has no copy, as `lookup` does. The value is True where that found a record.

        Without Redis, nothing is filled.
        """
        return Lookup(
            [("EXISTS", self.key(record_id))],
            decode=lambda replies: replies[0] == 0 and self._read_through(record_id) is not None,
            without_redis=lambda: False,
        )

    def put(self, record_id: str, record: T, *reads: Lookup[object]) -> None:
        """Set the copy of a record of which no older copy can exist. Where that fails, a later reader has a miss.

        This takes a lease too: a plain SET that is delayed on its way could arrive after a deletion, and undo it.
        `reads` are fetched in the round trip that takes the lease.
        """
        lease = _lease(self.key(record_id))
        self._redis.fetch(lease, *reads)
        nonce = lease.resolve()
        if nonce is not None:
            self._fill_under(nonce, record_id, record)

    def _decode(self, record_id: str, reply: Reply) -> T | None:
        if reply is None:
            return self._read_through(record_id)
        if not isinstance(reply, bytes) or reply.startswith(LEASE_PREFIX):
            return self._load(record_id)
        try:
            return self._decoder.decode(reply)
        except msgspec.MsgspecError:
            # The copy was written by another release, in another shape. It must not fail a request; its TTL ends it.
            return self._load(record_id)

    def _read_through(self, record_id: str) -> T | None:
        nonce = take_lease(self._redis, self.key(record_id))
        record = self._load(record_id)
        if nonce is not None and record is not None:
            self._fill_under(nonce, record_id, record)
        return record

    def _fill_under(self, nonce: bytes, record_id: str, record: T) -> None:
        try:
            self._redis.run(_FILL, [self.key(record_id)], [nonce, msgspec.json.encode(record), self._milliseconds])
        except RedisUnavailable:
            return  # the lease expires by itself
