"""The end of its session, from which a client does not recover."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from devconnect_client import SessionEnded
from tests.e2e.clients import PASSWORD, Person
from tests.resilience.recovery.devices import Party
from tests.resilience.recovery.scene import People, Play
from tests.support.proxies.troubled import TroubledProxy


@dataclass(frozen=True)
class Ending:
    """How Ada ends sessions, and how many of her two devices that ends."""

    end: Callable[[Person], httpx.Response]
    devices: int


LOGOUT = Ending(lambda ada: ada.post("/api/logout"), devices=1)
LOGOUT_ALL = Ending(lambda ada: ada.post("/api/logout-all"), devices=2)
NEW_PASSWORD = Ending(
    lambda ada: ada.patch("/api/profile/password", {"currentPassword": PASSWORD, "newPassword": PASSWORD + "!"}),
    devices=2,
)


def nothing(_proxy: TroubledProxy) -> None:
    """The network has no trouble."""


@pytest.mark.parametrize(
    ("ending", "trouble", "unsent"),
    [
        (LOGOUT, nothing, 0),
        (LOGOUT, TroubledProxy.fall_silent, 2),
        (LOGOUT, TroubledProxy.refuse, 2),
        (LOGOUT_ALL, nothing, 0),
        (LOGOUT_ALL, TroubledProxy.refuse, 2),
        (NEW_PASSWORD, nothing, 0),
        (NEW_PASSWORD, TroubledProxy.refuse, 2),
    ],
    ids=[
        "logout, while connected",
        "logout, while the connection was silent",
        "logout, while disconnected",
        "logout-all, while connected",
        "logout-all, while disconnected",
        "new password, while connected",
        "new password, while disconnected",
    ],
)
def test_the_end_of_its_session_ends_the_client(
    play: Play, people: People, ending: Ending, trouble: Callable[[TroubledProxy], None], unsent: int
) -> None:
    ada, _ = people

    async def scenario(group: Party, proxy: TroubledProxy) -> None:
        group.all_say()
        await group.is_whole()
        trouble(proxy)
        ended = [group.devices.pop(0) for _ in range(ending.devices)]
        phone = ended[0]
        sends = [asyncio.create_task(phone.client.send(phone.other_id, "never sent")) for _ in range(unsent)]
        assert (await asyncio.to_thread(ending.end, ada)).is_success
        proxy.heal()
        for device in ended:
            await device.until(lambda waiting: waiting.ending is not None, "the end of the session")
        for send in [*sends, phone.client.send(phone.other_id, "too late")]:
            with pytest.raises(SessionEnded):
                await send
        group.all_say()

    play(scenario)
