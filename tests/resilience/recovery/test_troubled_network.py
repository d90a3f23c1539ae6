"""Trouble of the network between client and service: no message is lost, and none comes twice."""

import pytest

from devconnect_client import Connected, Disconnected
from tests.resilience.recovery.devices import QUICK, Party
from tests.resilience.recovery.scene import Play
from tests.support.proxies.troubled import TroubledProxy


def test_cut_connections_lose_nothing(play: Play) -> None:
    async def scenario(group: Party, proxy: TroubledProxy) -> None:
        for cuts in range(3):
            group.all_say(2)
            await group.have(Connected, more_than=cuts)
            proxy.cut()
            group.all_say()
            await group.have(Disconnected, more_than=cuts)

    play(scenario)


def test_connections_cut_within_a_frame_lose_nothing(play: Play) -> None:
    async def scenario(group: Party, proxy: TroubledProxy) -> None:
        for halves in range(3):
            group.all_say()
            await group.have(Connected, more_than=halves)
            proxy.halve()
            group.all_say()
            await group.have(Disconnected, more_than=halves)

    play(scenario)


def test_a_silent_network_loses_nothing(play: Play) -> None:
    async def scenario(group: Party, proxy: TroubledProxy) -> None:
        group.all_say()
        proxy.fall_silent()
        group.all_say(2)
        await group.have(Disconnected)
        group.all_say()
        proxy.heal()

    play(scenario)


def test_an_unanswered_heartbeat_ends_the_connection(play: Play) -> None:
    """No user writes a message, by which the silence would be noticed as well."""

    async def scenario(group: Party, proxy: TroubledProxy) -> None:
        proxy.fall_silent()
        await group.have(Disconnected)
        for device in group.devices:
            [lost] = [event for event in device.events if isinstance(event, Disconnected)][:1]
            assert lost.reason == "a heartbeat was not answered"
        proxy.heal()
        await group.have(Connected, more_than=1)

    play(scenario)


@pytest.mark.parametrize("seconds", [QUICK.answer / 8, QUICK.answer * 1.5], ids=["slow", "too slow to be usable"])
def test_a_slow_network_loses_nothing(play: Play, seconds: float) -> None:
    async def scenario(group: Party, proxy: TroubledProxy) -> None:
        group.all_say()
        proxy.delay(seconds)
        group.all_say(2)
        if seconds > QUICK.answer:
            await group.have(Disconnected)
        else:
            await group.is_whole()
            assert {device.count(Disconnected) for device in group.devices} == {0}
        proxy.heal()

    play(scenario)


def test_refused_connections_lose_nothing(play: Play) -> None:
    async def scenario(group: Party, proxy: TroubledProxy) -> None:
        proxy.refuse()
        group.all_say(3)
        await group.have(Disconnected, more_than=3)
        proxy.heal()

    play(scenario)
