"""`python -m examples.accounts ada bob`: accounts to try a client with, made while `make run` is running.

Each is name@example.org with the password of examples/chat, has a confirmed address, and is connected with the first.
"""

import asyncio
from pathlib import Path

import click

from devconnect_client import DevConnectError, Rest
from examples.chat.accounts import Local, connect, sign_in
from examples.chat.options import api_option, mail_option
from examples.chat.terminal import printable, show


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@api_option
@mail_option
def main(names: tuple[str, ...], api: str, mail: Path) -> None:
    """Sign up each NAME that has no account yet, and connect the others with the first. Prints their userIds."""
    try:
        asyncio.run(_make(Local(api, mail), *names))
    except DevConnectError as error:
        raise click.ClickException(printable(str(error))) from error


async def _make(local: Local, first: str, *others: str) -> None:
    session = await sign_in(local, first)
    show(f"{first} {session.user_id}")
    for other in others:
        show(f"{other} {await connect(local, session, other)}")
    async with Rest(local.api, session) as rest:
        await rest.log_out()


if __name__ == "__main__":
    main()
