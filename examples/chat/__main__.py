"""`python -m examples.chat alice --to bob`, while `make run` runs; and in another terminal the other way round."""

import asyncio
import selectors
import sys

import click

from examples.chat.conversing import converse
from examples.chat.showing import printable
from examples.devconnect_client import DevConnectError


@click.command()
@click.argument("name")
@click.option("--to", "other", metavar="NAME", help="Whom to write to; without it, whoever wrote last.")
@click.option("--api", default="http://127.0.0.1:8000", show_default=True, metavar="URL", help="The REST API.")
def main(name: str, other: str | None, api: str) -> None:
    """Sign in as NAME, or sign up, and chat: each line is a message.

    Ctrl-D ends it as soon as everything is sent, Ctrl-C at once.
    """
    if name == other:
        raise click.UsageError("Nobody can write to oneself.")
    # Not epoll, which is the usual one: it takes no file as standard input.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.PollSelector())) as runner:
        try:
            runner.run(converse(api, name, other))
        except KeyboardInterrupt:
            click.echo()
            sys.exit(130)  # as shells expect of what Ctrl-C has ended
        except DevConnectError as error:
            raise click.ClickException(printable(str(error))) from error


if __name__ == "__main__":
    main()
