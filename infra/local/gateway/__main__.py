"""`python -m infra.local.gateway`: serves a Chalice app as API Gateway and Lambda would."""

from pathlib import Path

import click

from chalice_local_websockets.run import NotServedError, run
from infra.local.gateway.devconnect import devconnect_gateway
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
    try:
        run(
            lambda: devconnect_gateway(
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
        )
    except NotServedError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
