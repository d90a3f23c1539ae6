"""`chalice-ws-local`: serves a Chalice app as API Gateway and Lambda would."""

import os
from pathlib import Path

import click

from chalice_local_websockets import credentials
from chalice_local_websockets.chalice_config import ConfigError, read_stage
from chalice_local_websockets.in_flight.report import in_flight_environment
from chalice_local_websockets.run import NotServedError, run
from chalice_local_websockets.server import Gateway

_PORT = click.IntRange(0, 65_535)


@click.command(name="chalice-ws-local")
@click.option(
    "--app-dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False, resolve_path=True),
    default=Path(),
    help="The directory of app.py and chalicelib/; the working directory by default.",
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=_PORT, default=8000, show_default=True, help="The port of REST; 0 picks a free one.")
@click.option(
    "--websocket-port",
    type=_PORT,
    default=8001,
    show_default=True,
    help="The port of websockets and of @connections; 0 picks a free one.",
)
@click.option("--stage", default="dev", show_default=True, help="The stage of .chalice/config.json.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes at the start.")
@click.option(
    "--max-workers", type=click.IntRange(1), default=8, show_default=True, help="The most invocations at a time."
)
@click.option("--reload/--no-reload", default=True, show_default=True, help="Reload when the source changes.")
@click.option(
    "--check-in-flight/--no-check-in-flight",
    default=True,
    show_default=True,
    help="Tell what a handler has left undone when it returned.",
)
@click.option(
    "--in-flight-file",
    type=click.Path(path_type=Path, dir_okay=False, resolve_path=True),
    help="A file to which the same is appended, a line of JSON for each such invocation.",
)
def main(
    *,
    app_dir: Path,
    host: str,
    port: int,
    websocket_port: int,
    stage: str,
    workers: int,
    max_workers: int,
    reload: bool,
    check_in_flight: bool,
    in_flight_file: Path | None,
) -> None:
    """Serve a Chalice app's REST routes, websocket handlers and @connections, as API Gateway and Lambda do.

    The handlers are frozen between invocations. An edit of app.py or chalicelib/ is loaded at once, and open
    websockets stay open. Ctrl-C stops it.
    """
    if not (app_dir / "app.py").is_file():
        raise click.BadParameter(f"there is no app.py in {app_dir}", param_hint="--app-dir")
    if workers > max_workers:
        raise click.BadParameter(f"{workers} is more than --max-workers, {max_workers}", param_hint="--workers")
    try:
        config = read_stage(app_dir, stage)
        run(
            lambda: Gateway(
                app_dir,
                host=host,
                rest_port=port,
                websocket_port=websocket_port,
                stage=config.api_stage,
                workers=workers,
                max_workers=max_workers,
                reload=reload,
                environment={
                    **credentials.where_there_are_none(os.environ),
                    **config.environment,
                    **(in_flight_environment(in_flight_file) if check_in_flight else {}),
                },
            )
        )
    except (ConfigError, NotServedError) as error:
        raise click.ClickException(str(error)) from error
