"""The one trouble that a client does not recover from: its session has ended."""

import asyncio
from collections.abc import Callable

import pytest

from examples.devconnect_client import SessionEnded
from tests.recovery.conftest import Play
from tests.recovery.devices import Party
from tests.recovery.scene import People
from tests.recovery.troubled_proxy import TroubledProxy


def nothing(_proxy: TroubledProxy) -> None:
    """No trouble at all."""


@pytest.mark.parametrize(
    ("trouble", "unsent"),
    [(nothing, 0), (TroubledProxy.fall_silent, 2), (TroubledProxy.refuse, 2)],
    ids=["while connected", "while the connection was silent", "while disconnected"],
)
def test_it_ends_the_client(play: Play, people: People, trouble: Callable[[TroubledProxy], None], unsent: int) -> None:
    ada, _ = people

    async def scenario(party: Party, proxy: TroubledProxy) -> None:
        party.all_say()
        await party.is_whole()
        trouble(proxy)
        phone = party.devices.pop(0)
        sends = [asyncio.create_task(phone.client.send(phone.other_id, "never sent")) for _ in range(unsent)]
        assert (await asyncio.to_thread(ada.post, "/api/logout")).status_code == 204
        proxy.heal()
        await phone.until(lambda one: one.ending is not None, "the end of the session")
        for send in [*sends, phone.client.send(phone.other_id, "too late")]:
            with pytest.raises(SessionEnded):
                await send
        party.all_say()

    play(scenario)
