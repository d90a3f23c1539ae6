"""`python -m examples.chat alice --to bob`: a terminal chat, used while `make run` is running.

Start it in a second terminal with the two names swapped to see both sides of the conversation.
"""

import asyncio
import selectors
import sys
from pathlib import Path

import click

from devconnect_client import DevConnectError
from examples.chat.accounts import Local
from examples.chat.options import api_option, mail_option
from examples.chat.terminal import printable
from examples.chat.terminal_chat import run_chat


@click.command()
@click.argument("name")
@click.option("--to", "other", metavar="NAME", help="The user to write to; by default the user who wrote last.")
@api_option
@mail_option
def main(name: str, other: str | None, api: str, mail: Path) -> None:
    """Sign in or sign up as NAME, and chat: each line is a message.

    /requests lists what strangers have written, /accept 1 and /ignore 1 answer the first of them, and /archived lists
    what was put away.

    Ctrl-D ends it once everything has been sent, Ctrl-C ends it at once.
    """
    if name == other:
        raise click.UsageError("Nobody can write to oneself.")
    # The default selector, epoll, does not accept a regular file as standard input.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.PollSelector())) as runner:
        try:
            runner.run(run_chat(Local(api, mail), name, other))
        except KeyboardInterrupt:
            click.echo()
            sys.exit(130)  # 128 + SIGINT, the exit code that shells expect after Ctrl-C
        except DevConnectError as error:
            raise click.ClickException(printable(str(error))) from error


if __name__ == "__main__":
    main()
