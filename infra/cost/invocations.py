"""How often the functions are invoked in a month, and what Lambda bills for that."""

from dataclasses import dataclass

from infra.cost.choices import Choices
from infra.cost.measured import billed_milliseconds
from infra.cost.plan import Plan

REST_MB = 1024
"""The memory of the REST function, which hashes passwords."""

BATCH = 50
"""The messages in a frame of which the time was measured."""


@dataclass(frozen=True)
class Invocations:
    """Numbers of a month. A socket is a $connect and a $disconnect, whose times are measured together."""

    rest: float
    frames: float
    sockets: float
    gb_seconds: float

    @property
    def count(self) -> float:
        return self.rest + self.frames + 2 * self.sockets


def invocations_of(plan: Plan, choices: Choices) -> Invocations:
    answered = choices.answered_heartbeats(plan)
    behind_websockets = {
        "message": plan.message_frames,
        "frame": plan.other_frames,
        "answered heartbeat": answered,
        "heartbeat": plan.heartbeats - answered,
        "socket": plan.sockets,
    }
    milliseconds = sum(
        number * billed_milliseconds(name, choices.memory_mb) for name, number in behind_websockets.items()
    )
    # What each further message adds to a frame.
    one, fifty = (billed_milliseconds(name, choices.memory_mb) for name in ("message", "batch"))
    milliseconds += (plan.messages - plan.message_frames) * (fifty - one) / (BATCH - 1)
    of_rest = {"request": plan.requests, "login": plan.logins}
    rest_milliseconds = sum(number * billed_milliseconds(name, REST_MB) for name, number in of_rest.items())
    return Invocations(
        rest=plan.requests + plan.logins,
        frames=plan.message_frames + plan.other_frames + plan.heartbeats,
        sockets=plan.sockets,
        gb_seconds=(milliseconds * choices.memory_mb + rest_milliseconds * REST_MB) / 1024 / 1000,
    )
