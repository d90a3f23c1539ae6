"""The local system as a whole: the servers with their topics and indexes, the gateway and the consumer."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from kafka.errors import KafkaError
from pymongo.errors import PyMongoError

from chalicelib.errors import SettingsError
from chalicelib.wiring import load_settings
from infra.local.applications import consumer, gateway
from infra.local.environment import Ports, application_environment, write_exports
from infra.local.errors import LocalError
from infra.local.ports import remembered_ports, require_free
from infra.local.process import Process
from infra.local.processes import write_processes
from infra.local.servers.plan import plan_servers
from infra.local.state import StateDirectory
from infra.local.supervisor import Supervisor
from infra.provision.servers import provision_servers

READY = "DevConnect is ready"
SERVERS_READY = "The servers are ready"

Say = Callable[[str], None]


def run_system(state: StateDirectory, rest_port: int, websocket_port: int, say: Say) -> None:
    """Runs everything until SIGINT or SIGTERM. Raises LocalError if the system cannot start."""
    started_at = time.monotonic()
    if rest_port == websocket_port:
        raise LocalError(f"REST_PORT and WEBSOCKET_PORT are both {rest_port}: set one of them to another port.")
    with _supervised(state, say) as supervisor:
        require_free(rest_port, "REST_PORT")
        require_free(websocket_port, "WEBSOCKET_PORT")
        environment = os.environ | _start_servers(supervisor, state, Ports(rest_port, websocket_port), say)
        health_port = remembered_ports(state.ports, ["consumer-health"])["consumer-health"]
        supervisor.start(gateway(rest_port, websocket_port, environment), consumer(environment, health_port))
        say(
            f"{READY} after {time.monotonic() - started_at:.1f} s: "
            f"REST http://127.0.0.1:{rest_port}/api, websockets ws://127.0.0.1:{websocket_port}"
        )
        say(f"Pages of these origins may use it (ALLOWED_ORIGINS): {environment['ALLOWED_ORIGINS']}")
        supervisor.watch()


def run_servers(state: StateDirectory, ports: Ports, say: Say) -> None:
    """Runs only the three servers until SIGINT or SIGTERM. Raises LocalError as `run_system` does."""
    started_at = time.monotonic()
    with _supervised(state, say) as supervisor:
        _start_servers(supervisor, state, ports, say)
        say(f"{SERVERS_READY} after {time.monotonic() - started_at:.1f} s: source {state.environment}")
        supervisor.watch()


@contextmanager
def _supervised(state: StateDirectory, say: Say) -> Iterator[Supervisor]:
    """Yields the only supervisor of this state directory, which SIGINT and SIGTERM stop in order."""

    def list_processes(processes: Sequence[Process]) -> None:
        try:
            write_processes(state, processes)
        except OSError as error:  # the disk is full: what runs goes on
            say(f"{state.processes} cannot be written: {error.strerror}.")

    with suppress(KeyboardInterrupt), state.in_use():
        try:
            with Supervisor(state.logs, say=say, launched=list_processes) as supervisor:
                yield supervisor
        finally:
            state.processes.unlink(missing_ok=True)
            state.environment.unlink(missing_ok=True)
            say("Everything is stopped.")


def _start_servers(supervisor: Supervisor, state: StateDirectory, ports: Ports, say: Say) -> dict[str, str]:
    """Starts and provisions the servers. Returns the environment of their clients, also written to `.local/env`."""
    plan = plan_servers(state, os.environ, say)
    supervisor.start(*plan.children)
    environment = application_environment(state, plan.environment, ports, os.environ)
    try:
        provision_servers(load_settings(os.environ | environment))
    except (SettingsError, KafkaError, PyMongoError) as error:
        raise LocalError(f"Topics and indexes could not be made: {error}") from error
    write_exports(state, environment)
    return environment
