"""`make bench-cold`: the first profile and message of a fresh function, from a snapshot and without, and its parts."""

import json
import logging
import os
import tempfile
from pathlib import Path
from statistics import median

import click

from chalice_local_websockets.invocation import RestRequest
from chalicelib.stores.message_commits import new_client_message_id
from infra.local.running import running_system
from tests.bench.bench_messages import UNLIMITED
from tests.bench.fresh_functions import CLIENT, PARTS, Step, Took, measured_unprepared, nursery
from tests.e2e.clients import Person, sign_up


@click.command()
@click.option("--times", default=15, show_default=True, help="Of which the median and the slowest are printed.")
def main(times: int) -> None:
    """Measure, and print a table in milliseconds."""
    logging.disable(logging.WARNING)
    with (
        tempfile.TemporaryDirectory(prefix="devconnect-bench-") as directory,
        running_system(Path(directory), {**os.environ, **UNLIMITED}) as system,
    ):
        ada, bob = (sign_up(system) for _ in range(2))
        environment = {**system.environment, **UNLIMITED, "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11"}
        with ada.device(), bob.device(), nursery(environment) as fresh:
            firsts: dict[str, list[Step]] = {
                "first profile": [_profile(ada)] * times,
                "first message": [_message(ada, bob) for _ in range(times)],
                CLIENT: [CLIENT] * times,
            }
            click.echo("| a fresh function, ms | median | slowest | processor |\n| --- | --- | --- | --- |")
            for name, steps in firsts.items():
                _print(f"{name}, with its imports", [measured_unprepared(step, environment) for step in steps])
            # A message that was sent already would be recognised as a repeat.
            firsts["first message"] = [_message(ada, bob) for _ in range(times)]
            for name, steps in (firsts | {part: [part] * times for part in PARTS}).items():
                _print(f"{name}, from a snapshot", [fresh.measured(step) for step in steps])


def _print(name: str, took: list[Took]) -> None:
    passed, processor = zip(*took, strict=True)
    click.echo(f"| {name} | {median(passed):.0f} | {max(passed):.0f} | {median(processor):.0f} |")


def _profile(person: Person) -> RestRequest:
    return RestRequest("bench", "GET", "/api/profile", dict(person.authorization), b"", "127.0.0.1")


def _message(sender: Person, receiver: Person) -> RestRequest:
    body = {"toUserId": receiver.user_id, "message": "hi", "clientMessageId": new_client_message_id()}
    headers = {**sender.authorization, "content-type": "application/json"}
    return RestRequest("bench", "POST", "/api/messages", headers, json.dumps(body).encode(), "127.0.0.1")


if __name__ == "__main__":
    main()
