"""Lets time pass for the keys of Redis without waiting for it."""

from datetime import timedelta

from redis import Redis


def let_expire(redis: Redis, time: timedelta) -> None:
    """Makes every key `time` older: a key with a shorter TTL is deleted, any other TTL is shortened by `time`."""
    keys = list(redis.scan_iter(count=1_000))
    with redis.pipeline(transaction=False) as ages:
        for key in keys:
            ages.pttl(key)
        left = ages.execute()
    passed = int(time.total_seconds() * 1000)
    with redis.pipeline(transaction=False) as changes:
        for key, milliseconds in zip(keys, left, strict=True):
            if milliseconds > passed:
                changes.pexpire(key, milliseconds - passed)
            elif milliseconds >= 0:
                changes.delete(key)
        changes.execute()
