"""What the project has chosen that the bill depends on: as it was before the bill was looked at, and as it is."""

import math
from dataclasses import dataclass

from infra.cost.plan import FRIENDS_ONLINE, HEARTBEAT_SECONDS, OTHER_DEVICES, Plan
from infra.cost.prices import MONTH_SECONDS


@dataclass(frozen=True)
class Choices:
    """`told_presence` is the share of opened and closed sockets of which others are told.

    `memory_mb` is that of $connect and $default. `function_log_bytes` are those of one invocation. `traced_frames` is
    the share of invocations behind websockets that Lambda traces, where it does at all: it ignores sampling rules, and
    traces one a second of each function besides.
    """

    architecture: str
    cache: str
    answers_all_heartbeats: bool
    told_presence: float
    memory_mb: int
    snapshots: bool
    function_log_bytes: int
    access_logs_are_rare: bool
    traced_frames: float

    def answered_heartbeats(self, plan: Plan) -> float:
        """Those that ask for an answer: where nothing has arrived since the one before, if arrivals are random."""
        if self.answers_all_heartbeats:
            return plan.heartbeats
        return plan.heartbeats * math.exp(-self.pushed(plan) / plan.open_sockets / MONTH_SECONDS * HEARTBEAT_SECONDS)

    def pushed(self, plan: Plan) -> float:
        """Frames that sockets are pushed without having asked."""
        pushed_to_devices = OTHER_DEVICES * (plan.message_frames + plan.reads)
        return pushed_to_devices + plan.typing + FRIENDS_ONLINE * self.told_presence * plan.presence_changes

    def frames_out(self, plan: Plan) -> float:
        """All frames that clients receive: what is pushed, acknowledgements, and answers."""
        return self.pushed(plan) + plan.message_frames + plan.questions + self.answered_heartbeats(plan)


BEFORE = Choices(
    architecture="x86_64",
    cache="cache.r7g.large with Redis",
    answers_all_heartbeats=True,
    told_presence=1.0,
    memory_mb=1024,
    snapshots=False,
    function_log_bytes=550,
    access_logs_are_rare=False,
    traced_frames=0.05,
)

NOW = Choices(
    architecture="arm64",
    cache="cache.m7g.large with Valkey",
    answers_all_heartbeats=False,
    # Half of the sockets are opened beside another one of their user, and closed so.
    told_presence=0.75,
    memory_mb=1024,
    snapshots=True,
    function_log_bytes=20,
    access_logs_are_rare=True,
    traced_frames=0.0,
)
