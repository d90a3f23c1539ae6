"""Turns: the lanes that wait for a worker take turns."""

import asyncio

from chalice_local_websockets.turns import BACKLOG, BUSY, Kind, Turns


def served(lanes: list[str], given_up: int | None = None) -> list[str]:
    """The order in which waiting lanes have their turn, where all came while another had it."""

    async def run() -> list[str]:
        turns, order = Turns(1, new=1, busy=1, busy_beside_others=1), list[str]()

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
        turns = Turns(1, new=1, busy=1, busy_beside_others=1)

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


def test_busy_lanes_leave_room_for_others_and_are_not_busy_for_ever() -> None:
    seconds = 0.0

    async def run() -> None:
        nonlocal seconds
        turns = Turns(3, new=1, busy=1, busy_beside_others=1, now=lambda: seconds)
        done = asyncio.Event()
        running: list[str] = []

        async def hold(lane: str) -> None:
            async with turns.turn(lane):
                running.append(lane)
                await done.wait()

        for lane in ("a", "b"):
            for _ in range(BUSY):
                async with turns.turn(lane):
                    pass
        holding = [asyncio.create_task(hold(lane)) for lane in ("a", "a", "b", "other")]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert running == ["a", "other"]
        done.set()
        await asyncio.gather(*holding)
        assert sorted(running) == ["a", "a", "b", "other"]

        seconds += 2
        done.clear()
        running.clear()
        holding = [asyncio.create_task(hold(lane)) for lane in ("a", "b", "a")]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert running == ["a", "b", "a"]
        done.set()
        await asyncio.gather(*holding)

    asyncio.run(run())


def test_busy_lanes_have_fewer_turns_while_others_come_and_go() -> None:
    seconds = 0.0

    async def run() -> None:
        nonlocal seconds
        turns = Turns(4, new=2, busy=3, busy_beside_others=1, now=lambda: seconds)
        running: list[str] = []

        async def hold(lane: str, done: asyncio.Event) -> None:
            async with turns.turn(lane):
                running.append(lane)
                await done.wait()

        async def running_of_a_flood() -> int:
            for _ in range(BUSY):
                async with turns.turn("flood"):
                    pass
            running.clear()
            done = asyncio.Event()
            holding = [asyncio.create_task(hold("flood", done)) for _ in range(5)]
            for _ in range(3):
                await asyncio.sleep(0)
            admitted = len(running)
            done.set()
            await asyncio.gather(*holding)
            assert len(running) == len(holding)
            return admitted

        assert await running_of_a_flood() == 3
        async with turns.turn("other"):
            pass
        assert await running_of_a_flood() == 1
        seconds += 2
        assert await running_of_a_flood() == 3

    asyncio.run(run())


def test_new_lanes_with_a_backlog_leave_room_for_others() -> None:
    async def run() -> None:
        turns = Turns(4, new=2, busy=2, busy_beside_others=2)
        done = asyncio.Event()
        running: list[str] = []

        async def hold(lane: str) -> None:
            async with turns.turn(lane):
                running.append(lane)
                await done.wait()

        lanes = ["flood 1", "flood 2"] * BACKLOG + ["other"]
        async with turns.turn("first"), turns.turn("second"), turns.turn("third"), turns.turn("fourth"):
            holding = [asyncio.create_task(hold(lane)) for lane in lanes]
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert sorted(running) == ["flood 1", "flood 2", "other"]
        done.set()
        await asyncio.gather(*holding)
        assert sorted(running) == sorted(lanes)

    asyncio.run(run())


def test_a_crowd_of_new_lanes_leaves_room_for_those_that_are_known() -> None:
    async def run() -> None:
        turns = Turns(3, new=1, busy=1, busy_beside_others=1)
        done = asyncio.Event()
        running: list[tuple[str, Kind]] = []

        async def hold(lane: str, *, is_new: bool) -> None:
            async with turns.turn(lane, is_new=is_new) as kind:
                running.append((lane, kind))
                await done.wait()

        crowd = [asyncio.create_task(hold(f"new {number}", is_new=True)) for number in range(3)]
        await asyncio.sleep(0)
        known = [asyncio.create_task(hold(f"known {number}", is_new=False)) for number in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        of_known = [(f"known {number}", Kind.KNOWN) for number in range(2)]
        assert running == [("new 0", Kind.NEW), *of_known]
        done.set()
        await asyncio.gather(*crowd, *known)
        assert len(running) == 3 + 2

    asyncio.run(run())
