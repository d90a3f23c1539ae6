"""`users`: what is stored of users for searches."""

import click

from chalicelib.stores.user_index import Indexed
from infra.ops.rendering import json_option, print_json, progress
from infra.ops.servers import Servers


@click.group()
def users() -> None:
    """Maintain what is stored of users."""


@users.command()
@json_option
@click.pass_obj
def index(servers: Servers, as_json: bool) -> None:
    """Let users of earlier releases be found by name and skills.

    Users of this release are found from their signup on. It may be stopped, and run again, at any time.
    """
    index = servers.wiring.user_index
    done = Indexed(0, 0)
    with progress("Indexing", index.count()) as advance:
        for step in index.run():
            advance(step.looked_at - done.looked_at)
            done = step
    if as_json:
        print_json({"users": done.looked_at, "indexed": done.indexed})
    else:
        click.echo(f"{done.looked_at:,} users; {done.indexed:,} of them were given what they are found by.")
