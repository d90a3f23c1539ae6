"""What a network does to a websocket: whatever it is, nothing is lost, and nothing comes twice."""

import pytest

from examples.devconnect_client import Connected, Disconnected
from tests.resilience.recovery.devices import QUICK, Party
from tests.resilience.recovery.scene import Play
from tests.support.proxies.troubled import TroubledProxy


def test_cut_connections_lose_nothing(play: Play) -> None:
    async def scenario(people: Party, proxy: TroubledProxy) -> None:
        for cuts in range(3):
            people.all_say(2)
            await people.have(Connected, more_than=cuts)
            proxy.cut()
            people.all_say()
            await people.have(Disconnected, more_than=cuts)

    play(scenario)


def test_connections_cut_within_a_frame_lose_nothing(play: Play) -> None:
    async def scenario(people: Party, proxy: TroubledProxy) -> None:
        for halves in range(3):
            people.all_say()
            await people.have(Connected, more_than=halves)
            proxy.halve()
            people.all_say()
            await people.have(Disconnected, more_than=halves)

    play(scenario)


def test_a_silent_network_loses_nothing(play: Play) -> None:
    async def scenario(people: Party, proxy: TroubledProxy) -> None:
        people.all_say()
        proxy.fall_silent()
        people.all_say(2)
        await people.have(Disconnected)
        people.all_say()
        proxy.heal()

    play(scenario)


def test_an_unanswered_heartbeat_ends_the_connection(play: Play) -> None:
    """Nobody writes anything by which it could be noticed otherwise."""

    async def scenario(people: Party, proxy: TroubledProxy) -> None:
        proxy.fall_silent()
        await people.have(Disconnected)
        for device in people.devices:
            [lost] = [event for event in device.events if isinstance(event, Disconnected)][:1]
            assert lost.reason == "a heartbeat was not answered"
        proxy.heal()
        await people.have(Connected, more_than=1)

    play(scenario)


@pytest.mark.parametrize("seconds", [QUICK.answer / 8, QUICK.answer * 1.5], ids=["slow", "too slow to be usable"])
def test_a_slow_network_loses_nothing(play: Play, seconds: float) -> None:
    async def scenario(people: Party, proxy: TroubledProxy) -> None:
        people.all_say()
        proxy.delay(seconds)
        people.all_say(2)
        if seconds > QUICK.answer:
            await people.have(Disconnected)
        else:
            await people.is_whole()
            assert {device.count(Disconnected) for device in people.devices} == {0}
        proxy.heal()

    play(scenario)


def test_refused_connections_lose_nothing(play: Play) -> None:
    async def scenario(people: Party, proxy: TroubledProxy) -> None:
        proxy.refuse()
        people.all_say(3)
        await people.have(Disconnected, more_than=3)
        proxy.heal()

    play(scenario)
