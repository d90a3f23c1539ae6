"""The check of a soak's memory: what a backlog takes is allowed, and a leak is found."""

from collections.abc import Callable

import pytest

from tests.soak.memory import FETCHED_KIB, ROOM_KIB, Memory

MIB = 1024
SAMPLES = 200


def sampled(name: str, resident: Callable[[float], float]) -> Memory:
    """A process whose memory in KiB is a function of the progress of the load."""
    memory = Memory()
    for number in range(SAMPLES + 1):
        memory.add(name, number / SAMPLES, round(resident(number / SAMPLES)))
    return memory


@pytest.mark.parametrize("name", ROOM_KIB)
def test_a_process_that_leaks_a_kibibyte_for_each_message_of_fifty_thousand_has_grown(name: str) -> None:
    leaking = sampled(name, lambda progress: 50 * MIB + progress * 50_000)
    assert [found.split()[0] for found in leaking.grown()] == [name]


@pytest.mark.parametrize("name", ROOM_KIB)
def test_a_leak_that_comes_after_half_of_the_load_has_grown(name: str) -> None:
    leaking = sampled(name, lambda progress: 50 * MIB + max(0.0, progress - 0.5) * 100_000)
    assert len(leaking.grown()) == 1


def test_a_consumer_whose_backlog_comes_in_the_last_quarter_has_not_grown() -> None:
    late = sampled("consumer-1", lambda progress: 50 * MIB + (FETCHED_KIB + 15 * MIB if progress > 0.7 else 0))
    assert late.grown() == []


def test_a_consumer_that_fetches_a_mebibyte_of_each_partition_ahead_has_grown() -> None:
    """As kafka-python does by default: from 60 to 130 MiB, in a soak of 200,000 messages."""
    assert sampled("consumer-1", lambda progress: (60 if progress < 0.7 else 130) * MIB).grown()


def test_servers_may_fill_their_caches() -> None:
    assert sampled("mongodb", lambda progress: (1 + progress) * 250 * MIB).grown() == []
