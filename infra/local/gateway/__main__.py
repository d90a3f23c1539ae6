"""`python -m infra.local.gateway`: serves a Chalice app as API Gateway and Lambda would."""

import asyncio
import logging
import os
import signal
from pathlib import Path

import click
import uvloop

from infra.local.gateway.processes import ImportFailedError
from infra.local.gateway.server import Gateway
from infra.local.pages import pages

_PORT = click.IntRange(0, 65_535)


@click.command()
@click.option(
    "--app-dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="The directory of app.py and chalicelib/; the working directory by default.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--rest-port", type=_PORT, default=8000, show_default=True, help="0 picks a free port.")
@click.option(
    "--websocket-port",
    type=_PORT,
    default=8001,
    show_default=True,
    help="It serves @connections too. 0 picks a free port.",
)
@click.option(
    "--mail-dir",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="MAIL_DIR",
    help="The directory in which mails sent through SES are kept; without it there is no SES.",
)
@click.option(
    "--openapi",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An OpenAPI document, served as /api/openapi.json and for people as /api/reference.",
)
@click.option(
    "--web-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="The files of a page, served beside the API; it need not exist yet.",
)
@click.option("--workers", default=2, show_default=True, help="Worker processes at the start.")
@click.option("--max-workers", default=8, show_default=True, help="The most concurrent invocations, one a process.")
@click.option("--reload/--no-reload", default=True, show_default=True, help="Reload when the source changes.")
def main(
    *,
    app_dir: Path,
    host: str,
    rest_port: int,
    websocket_port: int,
    mail_dir: Path | None,
    openapi: Path | None,
    web_dir: Path | None,
    workers: int,
    max_workers: int,
    reload: bool,
) -> None:
    """Serve the app's REST routes and websocket functions on this machine, as API Gateway and Lambda do."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s gateway: %(message)s", datefmt="%H:%M:%S")
    logging.getLogger(__package__).setLevel(logging.INFO)
    try:
        gateway = Gateway(
            app_dir,
            host=host,
            rest_port=rest_port,
            websocket_port=websocket_port,
            mail_dir=mail_dir,
            pages=pages(openapi) if openapi else {},
            web_dir=web_dir,
            workers=workers,
            max_workers=max_workers,
            reload=reload,
        )
        uvloop.run(_serve(gateway))
    except OSError as error:
        raise click.ClickException(f"cannot listen: {error}") from error
    except ImportFailedError as error:
        raise click.ClickException(f"app.py does not import\n{error}") from error


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


if __name__ == "__main__":
    main()
