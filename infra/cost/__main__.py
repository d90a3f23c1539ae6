"""`python -m infra.cost`: what a month costs for a number of users, as it was and as it is, line by line."""

import sys
from collections.abc import Iterator

import click

from infra.cost import prices
from infra.cost.bill import bill_of, more_messages, total
from infra.cost.choices import BEFORE, NOW
from infra.cost.plan import DAYS, Plan, plan_of

MILLION = 1_000_000
PER_FRAME = (1, 2, 5, 50)


@click.command()
@click.option("--users", type=click.IntRange(1), default=MILLION, show_default=True, help="Users with an account.")
@click.option("--messages", type=click.IntRange(0), help="Private messages a day.  [default: 6 for each user]")
def main(users: int, messages: int | None) -> None:
    """Print the bill of a month, and what a million more private messages cost, in Markdown.

    Durations are those of docs/performance.md, prices those of infra/cost/prices.py, and the other assumptions those of
    infra/cost/plan.py and infra/cost/choices.py.
    """
    try:
        for line in tables(plan_of(users, messages)):
            click.echo(line)
    except (OSError, ValueError, KeyError) as error:
        click.echo(f"Error: the measured figures cannot be read: {error}", err=True)
        sys.exit(1)


def tables(plan: Plan) -> Iterator[str]:
    """Yields the lines of the two tables."""
    before, now = bill_of(plan, BEFORE), bill_of(plan, NOW)
    yield (
        f"{plan.users:,} users, {plan.messages / DAYS:,.0f} messages a day; dollars a month, "
        f"prices of {prices.WRITTEN_DOWN}:"
    )
    yield ""
    yield "| line | made of | before | now |"
    yield "| --- | --- | ---: | ---: |"
    for old, new in zip(before, now, strict=True):
        made_of = new.arithmetic if old.arithmetic == new.arithmetic else f"{old.arithmetic}; now {new.arithmetic}"
        yield f"| {new.name} | {made_of} | {old.dollars:,.0f} | {new.dollars:,.0f} |"
    cents = f"{100 * total(before) / plan.users:.2f}; now {100 * total(now) / plan.users:.2f} cents a user"
    yield f"| **together** | {cents} | {total(before):,.0f} | {total(now):,.0f} |"
    yield ""
    yield "| 1,000,000 more messages, in a frame | before | now |"
    yield "| --- | ---: | ---: |"
    for per_frame in PER_FRAME:
        old_cost, new_cost = (more_messages(plan, choices, MILLION, per_frame) for choices in (BEFORE, NOW))
        yield f"| {per_frame} | {old_cost:.2f} | {new_cost:.2f} |"


if __name__ == "__main__":
    main()
