"""Redis for people and scripts, which can wait: redis-py's own clients, with their own retries."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import redis
from redis import Redis, RedisCluster
from redis.cluster import ClusterNode
from redis.exceptions import RedisClusterException

from chalicelib.settings.redis_addresses import is_cluster, node_url, seeds


@contextmanager
def opened_redis(url: str, *, decode_responses: bool = False) -> Iterator[Redis]:
    """Yields a client of the server or cluster of a REDIS_URL, and closes all its connections at the end.

    The client of a cluster is not a `Redis`, but has all methods of one that are used here. A cluster is connected to
    at once. Raises redis.ConnectionError if none of its nodes responds.
    """
    if not is_cluster(url):
        with Redis.from_url(url, decode_responses=decode_responses) as client:
            yield client
        return
    addresses = seeds(url)
    try:
        cluster = RedisCluster.from_url(
            node_url(url, addresses[0]),
            startup_nodes=[ClusterNode(*address) for address in addresses],  # type: ignore[no-untyped-call] # redis-py
            decode_responses=decode_responses,
        )
    except RedisClusterException as error:  # it is not a RedisError
        raise redis.ConnectionError(str(error)) from error
    try:
        yield cast("Redis", cluster)
    finally:
        # redis-py 8.1.0 leaves the connections of the nodes' pools to the garbage collector.
        for node in cluster.get_nodes():  # type: ignore[no-untyped-call] # redis-py
            node.redis_connection.connection_pool.disconnect()
        cluster.close()
