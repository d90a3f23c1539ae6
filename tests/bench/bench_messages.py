"""`make bench`: what messages, profiles and presence cost, next to the floor of the same run.

The functions are called in this process and through the local gateway, on a system of their own. The medians of the
rounds are printed as tables that docs/performance.md can take as they are.
"""

import importlib
import logging
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import click

from chalicelib.wiring import wired
from infra.local.running import RunningSystem, running_system
from tests.bench import gateway_load
from tests.bench.floods import beside_floods
from tests.bench.growth import IN_ONE, MANY, USERS, grow
from tests.bench.handler_calls import BATCH, Scene, floors, handlers
from tests.bench.samples import Measured, measure_each
from tests.bench.writers import write
from tests.e2e.clients import sign_up
from tests.support.system import SETTINGS

UNLIMITED = {
    **SETTINGS,
    "RATE_LIMIT_DEFAULT": "1000000/1",
    "RATE_LIMIT_PRIVATE_MESSAGE": "1000000/1",
    "RATE_LIMIT_LOGIN_SUCCESS": "1000000/1",
}
WRITERS = (1, 8, 32, 128)
PARTS = ("handlers", "writers", "gateway", "growth", "floods")


@click.command()
@click.option("--rounds", default=3, show_default=True, help="Of which the median counts.")
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Only this part; may be repeated.")
def main(rounds: int, parts: Sequence[str]) -> None:
    """Measure, and print tables."""
    logging.disable(logging.WARNING)
    shell = dict(os.environ)
    with (
        tempfile.TemporaryDirectory(prefix="devconnect-bench-") as directory,
        running_system(Path(directory), {**shell, **UNLIMITED}) as system,
    ):
        os.environ.update({**system.environment, **UNLIMITED})
        os.environ.setdefault("AWS_EXECUTION_ENV", "AWS_Lambda_python3.11")  # pymongo then polls, as in Lambda
        click.echo(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {rounds} rounds")
        for part in parts or PARTS:
            click.echo("")
            match part:
                case "handlers":
                    _handlers(system, rounds)
                case "writers":
                    _writers(system.environment, rounds)
                case "gateway":
                    _gateway(system, rounds)
                case "growth":
                    _growth(system.environment, rounds)
                case "floods":
                    _floods(shell, Path(directory) / "flooded", rounds)


def _handlers(system: RunningSystem, rounds: int) -> None:
    with ExitStack() as stack:
        stack.callback(wired().close)
        scene = Scene(system, importlib.import_module("app").app, stack)
        with floors(scene) as floor:
            below = measure_each(floor, number=300, rounds=rounds)
        above = measure_each(handlers(scene), number=300, rounds=rounds)
    _table(
        ("in this process", "p50 ms", "p99 ms", "processor ms"),
        [
            (name, *(f"{1000 * value:.2f}" for value in (one.p50, one.p99, one.cpu)))
            for name, one in [*below.items(), *above.items()]
        ],
    )
    insert, kafka, pushes = (below[name].p50 for name in list(below)[1:])
    floor_p50 = insert + max(kafka, pushes)
    message = above["message, frame"]
    click.echo("")
    click.echo(
        f"a message takes {message.p50 / floor_p50:.2f} times the insert and the longer of record and pushes "
        f"({1000 * floor_p50:.2f} ms), its p99 {message.p99 / message.p50:.1f} times its p50; "
        f"a profile {above['profile'].p50 / below[next(iter(below))].p50:.1f} times the gate's commands"
    )


def _writers(environment: Mapping[str, str], rounds: int) -> None:
    rows = []
    for writers in WRITERS:
        messages = max(320, 10 * writers)
        results = [write(environment, writers=writers, messages=messages) for _ in range(rounds)]
        one = Measured.of([each.commits for each in results])
        rate = median(each.rate for each in results)
        times = [f"{1000 * value:.1f}" for value in (one.p50, one.p99)]
        rows.append((f"{writers}", f"{rate:,.0f}", *times, f"{sum(each.refused for each in results)}"))
    _table(("writers in one conversation", "messages/s", "p50 ms", "p99 ms", "refused"), rows)


def _gateway(system: RunningSystem, rounds: int) -> None:
    ada, bob = (sign_up(system) for _ in range(2))
    with ada.device() as sender, bob.device() as receiver:
        single = Measured.of([gateway_load.one_at_a_time(sender, receiver, bob.user_id, 500) for _ in range(rounds)])
        bursts = [
            median(gateway_load.burst(sender, receiver, bob.user_id, 3_000, batch=batch) for _ in range(rounds))
            for batch in (1, BATCH)
        ]
    profiles = [
        median(gateway_load.profiles(system.rest_url, ada, clients=clients, requests=3_000) for _ in range(rounds))
        for clients in (1, 16)
    ]
    _table(
        ("through the gateway", ""),
        [
            ("message to its receiver, p50, p99", f"{1000 * single.p50:.1f}, {1000 * single.p99:.1f} ms"),
            ("burst of 3,000 on one socket, single frames", f"{bursts[0]:,.0f}/s"),
            (f"burst of 3,000 on one socket, {BATCH} in a frame", f"{bursts[1]:,.0f}/s"),
            ("profile, 1 and 16 clients", f"{profiles[0]:,.0f}/s, {profiles[1]:,.0f}/s"),
        ],
    )


def _growth(environment: Mapping[str, str], rounds: int) -> None:
    rows = [
        (name, f"{1000 * few.p50:.2f}", f"{1000 * many.p50:.2f}", f"{many.p50 / few.p50:.2f}")
        for name, (few, many) in grow(environment, rounds).items()
    ]
    _table(("p50 in ms", f"{IN_ONE:,} messages", f"{MANY:,} messages, {USERS:,} users", "ratio"), rows)


def _floods(shell: Mapping[str, str], directory: Path, rounds: int) -> None:
    directory.mkdir()
    rows = [
        (
            name,
            *(f"{1000 * one.p50:.1f}, {1000 * one.p99:.1f}" for one in (quiet, beside)),
            f"{beside.p99 / quiet.p99:.1f}",
        )
        for name, quiet, beside in beside_floods(shell, directory, rounds)
    ]
    _table(("a message of others, p50, p99 in ms", "in quiet", "beside it", "ratio of p99"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for row in (head, ["---"] * len(head), *rows):
        click.echo(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
