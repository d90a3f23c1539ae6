"""Every effect, in the order in which a batch has them."""

from chalicelib.consumer.effect import Effect
from chalicelib.consumer.effects.last_times import LastTimes
from chalicelib.wiring import Wiring


def all_effects(wiring: Wiring) -> list[Effect]:
    return [LastTimes(wiring.redis)]
