"""Random network trouble by Hypothesis: in the end every device has the whole conversation.

FUZZ_TIMES says how many examples there are, as for tests/resilience/fuzz.
"""

import asyncio
from collections.abc import Callable
from contextlib import closing

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.running import RunningSystem
from tests.e2e.clients import sign_up
from tests.resilience.fuzz.running import is_long, times
from tests.resilience.recovery.devices import Party
from tests.resilience.recovery.scene import play
from tests.support.client_kinds import Clients
from tests.support.proxies.troubled import TroubledProxy

TROUBLES: dict[str, Callable[[TroubledProxy], None]] = {
    "cut": TroubledProxy.cut,
    "halve": TroubledProxy.halve,
    "fall silent": TroubledProxy.fall_silent,
    "refuse": TroubledProxy.refuse,
    "be slow": lambda proxy: proxy.delay(0.05),
    "heal": TroubledProxy.heal,
}
messages = st.tuples(st.integers(0, 3), st.integers(1, 4))
"""(which device sends, how many messages)"""

steps = st.tuples(st.one_of(messages, st.sampled_from(sorted(TROUBLES))), st.sampled_from([0.0, 0.01, 0.1]))
"""What happens, and the seconds until the next step: they choose its moment, and are not a wait for a condition."""


@given(schedule=st.lists(steps, min_size=4, max_size=12))
@settings(
    max_examples=times(3),
    deadline=None,
    derandomize=not is_long(),
    # the kind of client is the same in each example
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_every_device_ends_with_the_whole_conversation(
    clients: Clients, system: RunningSystem, schedule: list[tuple[tuple[int, int] | str, float]]
) -> None:
    async def scenario(group: Party, proxy: TroubledProxy) -> None:
        for step, seconds in schedule:
            if isinstance(step, str):
                TROUBLES[step](proxy)
            else:
                device, count = step
                group.say(group.devices[device], count)
            await asyncio.sleep(seconds)

    ada, bob = (sign_up(system, name) for name in ("Ada", "Bob"))
    with closing(ada.http), closing(bob.http):
        play(clients, system, (ada, bob), scenario)
