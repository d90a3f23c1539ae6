"""`make soak`: a million messages while everything is killed, and then the books.

MESSAGES shortens it, and SEED repeats it. Exit code 0 says that everything that was promised is true.
"""

import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import click

from tests.soak.checks import Checks
from tests.soak.harms import Harm, Harms
from tests.soak.load import Load
from tests.soak.memory import Memory
from tests.soak.plan import Plan
from tests.soak.report import Outcome
from tests.soak.system import SoakedSystem, soaked_system

PROGRESS_SECONDS = 10.0
SAMPLE_SECONDS = 5.0
STUCK_SECONDS = 300.0
"""A load that acknowledges nothing for so long is stuck, whatever was killed."""


def say(sentence: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {sentence}")


class Soak:
    """One run: the load in its thread, and in this one the harms, the samples and the progress."""

    def __init__(self, plan: Plan, system: SoakedSystem) -> None:
        self._plan = plan
        self._system = system
        self._rng = random.Random(plan.seed)
        self.load = Load(plan, system)
        self.memory = Memory()
        self.harmed: Counter[str] = Counter()

    def run(self) -> float:
        """Runs the load to its end. Returns the seconds it took. Raises what the load has raised."""
        say(f"{self._plan.users:,} users sign up and connect")
        self.load.start()
        self.load.ready.wait()
        self._raise_failure()
        assert self.load.network is not None
        harms = Harms(self._system, self.load.network, random.Random(self._plan.seed), say)
        # Each harm comes where so many messages are acknowledged, so that the load is under way.
        moments = [round((number + 0.5) * self._plan.messages / self._plan.harms) for number in range(self._plan.harms)]
        say(f"{self._plan.messages:,} messages, {self._plan.harms} harms")
        began = time.monotonic()
        self._told_at, self._sampled_at, self._last = began, 0.0, (began, 0)
        current: tuple[Harm, float] | None = None
        while current or moments or not self.load.is_done:
            time.sleep(0.05)
            now = time.monotonic()
            self._look(now)
            if current and now >= current[1]:
                current[0].mend()
                current = None
            elif current is None and moments and self.load.acknowledged >= moments[0]:
                moments.pop(0)
                harm = harms.next()
                say(f"  {harm.name}, for {harm.lasts:.1f} s")
                harm.do()
                self.harmed[harm.kind] += 1
                current = (harm, now + harm.lasts)
        return time.monotonic() - began

    def _look(self, now: float) -> None:
        self._raise_failure()
        acknowledged = self.load.acknowledged
        if now - self._sampled_at >= SAMPLE_SECONDS:
            self._sampled_at = now
            self.memory.sample(self._system, acknowledged / self._plan.messages)
        last_at, last = self._last
        if acknowledged == last and now - last_at > STUCK_SECONDS:
            raise click.ClickException(f"Nothing was acknowledged for {STUCK_SECONDS:.0f} s.")
        if now - self._told_at >= PROGRESS_SECONDS:
            connected = sum(member.is_connected for member in self.load.online)
            rate = (acknowledged - self._told) / (now - self._told_at)
            say(f"{acknowledged:,} acknowledged, {rate:,.0f} a second; {connected} connected")
            self._told_at, self._told = now, acknowledged
        if acknowledged != last:
            self._last = (now, acknowledged)

    _told = 0

    def _raise_failure(self) -> None:
        if self.load.failure is not None:
            raise self.load.failure


def main() -> int:
    plan = Plan.from_environment()
    say(f"seed {plan.seed}")
    directory = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        with soaked_system(directory) as system:
            outcome = _soak(plan, system)
    except KeyboardInterrupt:
        shutil.rmtree(directory)
        raise
    except BaseException:
        say(f"The logs are in {directory}.")
        raise
    click.echo(outcome.table())
    if any(outcome.failures.values()):
        say(f"The logs are in {directory}.")
        return 1
    shutil.rmtree(directory)
    return 0


def _soak(plan: Plan, system: SoakedSystem) -> Outcome:
    soak = Soak(plan, system)
    with closing(Checks(system, soak.load, say)) as checks:
        try:
            seconds = soak.run()
            say(f"{soak.load.acknowledged:,} acknowledged; the consumers catch up")
            settled_after = checks.settle()
            failures: dict[str, list[str]] = {}
            say("The books are audited")
            failures["the books balance"], totals = checks.audit()
            for what, check in (
                ("what was acknowledged is stored, once, in its place", checks.stored()),
                ("both users read the same history", checks.histories(random.Random(plan.seed))),
                ("whoever was offline is notified", checks.notified()),
            ):
                say(f"Is it true that {what}?")
                failures[what] = list(check)
            soak.load.close_half()
            say("Is it true that every second one is online?")
            failures["whoever is connected is online, and nobody else"] = list(checks.presence())
        finally:
            soak.load.stop()
    failures["the memory of functions, gateway and consumers is flat"] = soak.memory.grown()
    for what, found in failures.items():
        for failure in found[:20]:
            say(f"NOT TRUE: {what}: {failure}")
    return Outcome(
        plan=plan,
        acknowledged=soak.load.acknowledged,
        seconds=seconds,
        settled_after=settled_after,
        repeats=sum(member.repeats for member in soak.load.members),
        reconnects=sum(member.reconnects for member in soak.load.members),
        harms=soak.harmed,
        totals=totals,
        memory=soak.memory.quarters(),
        failures=failures,
    )


if __name__ == "__main__":
    # A shell without job control starts its background processes with SIGINT ignored, which Python does not undo.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
