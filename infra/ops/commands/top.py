"""`top`: shows what the system is doing, until Ctrl-C."""

import contextlib
import time

import click
from rich.live import Live

from infra.ops.rendering import console
from infra.ops.servers import Servers
from infra.ops.top.frame import frame
from infra.ops.top.look import Looking


@click.command()
@click.option("--once", is_flag=True, help="Look twice, one interval apart, print that as text, and end.")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1),
    default=2.0,
    show_default=True,
    help="The seconds between two looks.",
)
@click.pass_obj
@click.pass_context
def top(ctx: click.Context, servers: Servers, once: bool, interval: float) -> None:
    """Show lag, events a second, pending events, sockets, slow queries, Redis and dead letters, until Ctrl-C.

    A server that cannot be reached is one line of the view; with --once, the exit code is then 1. Rates are those of
    the events that the consumer has counted between two looks. Nothing is changed, on no server: of the slow queries
    those are shown that run at the moment, and those that MongoDB's profiler has kept, if it is set on.
    """
    looking = Looking(servers)
    before = looking.look()
    if once:
        time.sleep(interval)
        seen = looking.look()
        console().print(frame(seen, before))
        ctx.exit(0 if seen.is_whole else 1)
    with contextlib.suppress(KeyboardInterrupt), Live(frame(before, None), screen=True, auto_refresh=False) as live:
        while True:
            time.sleep(interval)
            now = looking.look()
            live.update(frame(now, before), refresh=True)
            before = now
