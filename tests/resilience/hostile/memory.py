"""The memory of the processes that meet clients."""

from infra.local.running import RunningSystem
from tests.support.processes import descendants, resident_kib

ROOM_KIB = 16 * 1024


def resident(system: RunningSystem) -> dict[str, int]:
    """Returns the KiB in RAM of the gateway, of the largest of its functions, and of the consumer."""
    gateway, consumer = system.entry("gateway").pid, system.entry("consumer").pid
    functions = [resident_kib(pid) or 0 for pid in descendants(gateway)]
    return {
        "gateway": resident_kib(gateway) or 0,
        "a function": max(functions),
        "consumer": resident_kib(consumer) or 0,
    }


def check_bounded(first: dict[str, int], second: dict[str, int]) -> None:
    """Asserts that an attack takes no more memory the second time: what the first one took is used again."""
    for name, before in first.items():
        after = second[name]
        print(f"{name}: {before // 1024} MiB after the attack, {after // 1024} MiB after another")  # noqa: T201 - figures
        assert after <= before * 1.1 + ROOM_KIB, name
