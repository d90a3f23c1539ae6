"""`make prove`: every interleaving of the scenarios' operations, and every death of one of them, on real servers."""

import logging
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from infra.local.errors import LocalError
from infra.local.running import running_servers
from tests.interleavings.catalogue import SCENARIOS
from tests.interleavings.kafka_contents import missing_from_kafka
from tests.interleavings.proving import Proven, prove


@click.command()
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 14), help="Processes that explore.")
@click.option(
    "--minutes",
    default=28.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="For all scenarios. What does not fit is left out, and the table says so.",
)
@click.option("--only", default="", help="Only the scenarios whose names contain this.")
def main(workers: int, minutes: float, only: str) -> None:
    """Explore all scenarios, and print a table. Exit code 1 where an invariant is broken."""
    scenarios = [scenario for scenario in SCENARIOS if only in scenario.name]
    if not scenarios:
        raise click.ClickException(f"No scenario is named like {only!r}.")
    logging.disable(logging.WARNING)
    console, began, found = Console(width=130), time.monotonic(), list[Proven]()

    def note(proven: Proven) -> None:
        found.append(proven)
        executions = sum(explored.orders for explored in proven.explored)
        verdict = "all" if proven.is_exhausted else "bounded"
        stands = f"{executions:,} executions for {proven.interleavings:,} interleavings"
        console.print(f"{len(found):3}/{len(scenarios)} {proven.scenario.name}: {stands}, {verdict}")
        if proven.violation is not None:
            console.print(proven.violation, markup=False)

    try:
        with (
            tempfile.TemporaryDirectory(prefix="devconnect-prove-") as directory,
            running_servers(Path(directory), os.environ) as servers,
        ):
            environment = dict(servers.environment)
            published = set(prove(environment, scenarios, workers=workers, seconds=60 * minutes, note=note))
            missing = missing_from_kafka(environment, published)
    except LocalError as error:
        raise click.ClickException(str(error)) from error
    console.print(_table(sorted(found, key=lambda proven: scenarios.index(proven.scenario))))
    executions = sum(explored.orders for proven in found for explored in proven.explored)
    stood_for = sum(proven.interleavings for proven in found)
    whole = sum(proven.interleavings for proven in found if proven.is_exhausted)
    console.print(
        f"They stand for {stood_for:,} interleavings of the operations' commands and deaths, {whole:,} of them in the"
        " scenarios that were explored to their end, which have no others."
    )
    console.print(f"{executions:,} executions in {(time.monotonic() - began) / 60:.1f} min.")
    console.print(f"Kafka acknowledged {len(published):,} events; {len(missing)} of them are not in its topics.")
    raise SystemExit(1 if missing or any(proven.violation for proven in found) else 0)


def _table(found: Sequence[Proven]) -> Table:
    table = Table("scenario", "orders", "deaths", "orders with a death", "interleavings", "seconds", "explored")
    for proven in found:
        undisturbed = proven.undisturbed
        assert undisturbed is not None
        explored = proven.explored
        table.add_row(
            proven.scenario.name,
            f"{undisturbed.orders:,}",
            f"{len(proven.deaths):,}",
            f"{sum(each.orders for each in proven.deaths.values()):,}",
            f"{proven.interleavings:,}",
            f"{sum(each.seconds for each in explored):,.0f}",
            "violated" if proven.violation else _extent(proven),
        )
    return table


def _extent(proven: Proven) -> str:
    """`all`, or how many of the explorations came to their end."""
    ended = sum(each.is_exhausted for each in proven.explored)
    return "all" if proven.is_exhausted else f"bounded: {ended} of {len(proven.explored)} to their end"


if __name__ == "__main__":
    main()
