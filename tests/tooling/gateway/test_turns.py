"""Turns: the lanes that wait for a worker take turns."""

import asyncio

from infra.local.gateway.turns import Turns


def served(lanes: list[str], given_up: int | None = None) -> list[str]:
    """The order in which waiting lanes have their turn, where all came while another had it."""

    async def run() -> list[str]:
        turns, order = Turns(1), list[str]()

        async def wait(lane: str) -> None:
            async with turns.turn(lane):
                order.append(lane)

        async with turns.turn("first"):
            waiting = [asyncio.create_task(wait(lane)) for lane in lanes]
            await asyncio.sleep(0)
            if given_up is not None:
                waiting[given_up].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        async with turns.turn("last"):
            order.append("last")
        return order

    return asyncio.run(run())


def test_a_lane_with_a_backlog_keeps_no_other_waiting() -> None:
    assert served(["flood"] * 4 + ["a", "b", "a"]) == ["flood", "a", "b", "flood", "a", "flood", "flood", "last"]


def test_who_gives_up_takes_no_turn() -> None:
    assert served(["a", "b", "c"], given_up=1) == ["a", "c", "last"]
    assert served(["a"], given_up=0) == ["last"]


def test_no_turn_is_lost_where_it_is_given_and_given_up_at_the_same_moment() -> None:
    async def run() -> None:
        turns = Turns(1)

        async def wait() -> None:
            async with turns.turn("a"):
                pass

        async with turns.turn("first"):
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0)
        waiting.cancel()  # its turn was given when the block ended
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(5), turns.turn("last"):
            pass

    asyncio.run(run())
