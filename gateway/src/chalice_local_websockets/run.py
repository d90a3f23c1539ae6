"""Runs a gateway as a command does: it serves until a signal, and tells on the standard output what it does."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable

import click
import uvloop

from chalice_local_websockets.processes import ImportFailedError
from chalice_local_websockets.server import Gateway


class NotServedError(Exception):
    """The gateway cannot serve; the message says why."""


def run(gateway: Callable[[], Gateway]) -> None:
    """Serve until a signal. Raises NotServedError where a port is in use, or app.py does not import."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s gateway: %(message)s", datefmt="%H:%M:%S")
    logging.getLogger(__package__).setLevel(logging.INFO)
    try:
        uvloop.run(_serve(gateway()))
    except OSError as error:
        raise NotServedError(f"cannot listen: {error}") from error
    except ImportFailedError as error:
        raise NotServedError(f"app.py does not import\n{error}") from error


async def _serve(gateway: Gateway) -> None:
    """Serve until the first SIGTERM or SIGINT; a second one ends the process at once, and the kernel its children."""
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    await gateway.start()
    click.echo(f"gateway is ready: REST {gateway.rest_url}, websockets {gateway.websocket_url}")
    await stop.wait()
    click.echo("gateway is stopping")
    await gateway.stop()
