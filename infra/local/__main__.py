"""`python -m infra.local`: runs the whole system, or only its servers, without Docker."""

import errno
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from infra.local.environment import Ports, past_proxies
from infra.local.errors import LocalError
from infra.local.process import end_with_parent
from infra.local.processes import is_running, read_processes
from infra.local.state import StateDirectory
from infra.local.system import run_servers, run_system


def _end_with_parent(_context: click.Context, _parameter: click.Parameter, pid: int | None) -> None:
    if pid:
        end_with_parent(pid, signal.SIGTERM)


_state = click.option(
    "--state-dir",
    "state",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    default=StateDirectory().path,
    show_default=True,
    callback=lambda _context, _parameter, path: StateDirectory(path),
    help="The directory for data, logs and port numbers.",
)
_PORT = click.IntRange(1, 65_535)
"""Not 0, for a free port: the addresses are told to functions and clients before anything listens there."""

_rest_port = click.option(
    "--rest-port", envvar="REST_PORT", type=_PORT, default=8000, show_default=True, show_envvar=True
)
_websocket_port = click.option(
    "--websocket-port", envvar="WEBSOCKET_PORT", type=_PORT, default=8001, show_default=True, show_envvar=True
)
_parent_pid = click.option(
    "--parent-pid",
    type=int,
    callback=_end_with_parent,
    expose_value=False,
    help="The parent process: when it ends, this process stops.",
)


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    """OSError is what a full disk or a directory without permission raises, and its text names the file."""
    try:
        yield
    except (LocalError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def main() -> None:
    """Run DevConnect on this machine without Docker."""
    os.environ.update(past_proxies(os.environ))


@main.command()
@_state
@_rest_port
@_websocket_port
@_parent_pid
def run(state: StateDirectory, rest_port: int, websocket_port: int) -> None:
    """Run the whole system until Ctrl-C: servers, gateway and consumer."""
    with _errors_as_sentences():
        run_system(state, rest_port, websocket_port, _say)


@main.command()
@_state
@_rest_port
@_websocket_port
@_parent_pid
def servers(state: StateDirectory, rest_port: int, websocket_port: int) -> None:
    """Run only Redis, MongoDB and Kafka until Ctrl-C; writes `env`, to be sourced, into the state directory."""
    with _errors_as_sentences():
        run_servers(state, Ports(rest_port, websocket_port), _say)


@main.command()
@_state
def demo(state: StateDirectory) -> None:
    """Show two users who talk; if the system does not run, starts it and stops it again."""
    from infra.local.demo import run_demo  # noqa: PLC0415 - its HTTP client would slow down the start of all else

    with _errors_as_sentences():
        run_demo(state)


@main.command()
@_state
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def ps(state: StateDirectory, as_json: bool) -> None:
    """List the running processes."""
    entries = read_processes(state)
    if as_json:
        rows = [msgspec.to_builtins(entry) | {"alive": is_running(entry.pid)} for entry in entries]
        click.echo(msgspec.json.encode(rows))
        return
    if not entries:
        click.echo(f"Nothing runs from {state.path}.")
    for entry in entries:
        alive = "alive" if is_running(entry.pid) else "dead"
        click.echo(f"{entry.name:10}{entry.pid:>8}  {alive:5}  {entry.address or '-':60}  {entry.log}")


def _say(sentence: str) -> None:
    try:
        click.echo(f"{time.strftime('%H:%M:%S')}  {sentence}")
    except OSError as error:
        if error.errno != errno.ENOSPC:  # the output is a file on a full disk, which must not end the system
            raise


if __name__ == "__main__":
    main()
