"""`python -m infra.cost`: what a month costs for a number of users, as it was and as it is, line by line."""

import sys
from collections.abc import Iterator

import click

from infra.cost import prices
from infra.cost.bill import bill_of, more_messages, total
from infra.cost.choices import BEFORE, NOW
from infra.cost.invocations import REST_MB
from infra.cost.measured import OPERATIONS, billed_milliseconds, processor_milliseconds
from infra.cost.plan import DAYS, OPEN_AT_THE_PEAK, STORMS, plan_of

MILLION = 1_000_000
PER_FRAME = (1, 2, 5, 50)
GOAL = 2.50
"""Dollars for a million more private messages, at most."""


@click.command()
@click.option("--users", type=click.IntRange(1), default=MILLION, show_default=True, help="Users with an account.")
@click.option("--messages", type=click.IntRange(0), help="Private messages a day.  [default: 6 for each user]")
def main(users: int, messages: int | None) -> None:
    """Print the bill of a month, what a million more private messages cost, and the durations behind, in Markdown.

    Durations are those of docs/performance.md, prices those of infra/cost/prices.py, and the other assumptions those of
    infra/cost/plan.py and infra/cost/choices.py.
    """
    try:
        for line in report(users, messages):
            click.echo(line)
    except (OSError, ValueError, KeyError) as error:
        click.echo(f"Error: the measured figures cannot be read: {error}", err=True)
        sys.exit(1)


def report(users: int, messages_a_day: float | None) -> Iterator[str]:
    """Yields the lines that are printed. Raises OSError, ValueError, KeyError where a measured figure is missing."""
    plan = plan_of(users, messages_a_day)
    before, now = bill_of(plan, BEFORE), bill_of(plan, NOW)
    yield f"{users:,} users, {plan.messages / DAYS:,.0f} messages a day, in dollars a month:"
    yield ""
    yield "| line | made of | before | now |"
    yield "| --- | --- | ---: | ---: |"
    for old, new in zip(before, now, strict=True):
        made_of = new.arithmetic if old.arithmetic == new.arithmetic else f"{old.arithmetic}; now {new.arithmetic}"
        yield f"| {new.name} | {made_of} | {old.dollars:,.0f} | {new.dollars:,.0f} |"
    cents = f"{100 * total(before) / users:.2f} cents a user; now {100 * total(now) / users:.2f}"
    yield f"| **together** | {cents} | {total(before):,.0f} | {total(now):,.0f} |"
    yield ""
    yield from _messages(users, messages_a_day)
    yield ""
    yield from _durations()
    yield ""
    storm = total(bill_of(plan_of(users, messages_a_day, STORMS + 1), NOW)) - total(now)
    yield f"One storm, in which all {OPEN_AT_THE_PEAK * users:,.0f} sockets of the peak come back, costs {storm:.2f}."
    yield f"Prices of {prices.WRITTEN_DOWN}."


def _messages(users: int, messages_a_day: float | None) -> Iterator[str]:
    plan = plan_of(users, messages_a_day)
    yield "| a million more messages, so many in a frame | before | now |"
    yield "| --- | ---: | ---: |"
    for per_frame in PER_FRAME:
        costs = (more_messages(plan, choices, MILLION, per_frame) for choices in (BEFORE, NOW))
        yield f"| {per_frame} | {' | '.join(f'{dollars:.2f}' for dollars in costs)} |"
    yield ""
    tenths = range(10, 501)
    enough = next((each / 10 for each in tenths if more_messages(plan, NOW, MILLION, each / 10) <= GOAL), None)
    yield f"They cost at most {GOAL:.2f} from {enough} messages in a frame on."


def _durations() -> Iterator[str]:
    yield "| invocation | measured processor ms | billed ms |"
    yield "| --- | ---: | ---: |"
    processor = processor_milliseconds()
    for name, operation in OPERATIONS.items():
        memory_mb = REST_MB if name in {"request", "login"} else NOW.memory_mb
        measured = processor[operation.row] + operation.more_processor
        yield f"| {name} | {measured:.2f} | {billed_milliseconds(name, memory_mb)} |"


if __name__ == "__main__":
    main()
