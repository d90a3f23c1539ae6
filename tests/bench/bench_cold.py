"""`make bench-cold`: the first profile and the first message of a fresh function, and its connections alone."""

import json
import logging
import os
import tempfile
from pathlib import Path
from statistics import median

import click

from chalicelib.stores.message_commits import new_client_message_id
from infra.local.gateway.invocation import RestRequest
from infra.local.running import running_system
from tests.bench.bench_messages import UNLIMITED
from tests.bench.fresh_functions import PARTS, Step, nursery
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
        ada, bob = (sign_up(system.rest_url, system.websocket_url) for _ in range(2))
        environment = {**system.environment, **UNLIMITED, "AWS_EXECUTION_ENV": "AWS_Lambda_python3.11"}
        with ada.device(), bob.device(), nursery(environment) as fresh:
            steps: dict[str, list[Step]] = {
                "first profile": [_profile(ada)] * times,
                "first message": [_message(ada, bob) for _ in range(times)],
                **{part: [part] * times for part in PARTS},
            }
            click.echo("| a fresh function, ms | median | slowest |\n| --- | --- | --- |")
            for name, repeated in steps.items():
                took = [fresh.milliseconds(step) for step in repeated]
                click.echo(f"| {name} | {median(took):.0f} | {max(took):.0f} |")


def _profile(person: Person) -> RestRequest:
    return RestRequest("bench", "GET", "/api/profile", dict(person.authorization), b"", "127.0.0.1")


def _message(sender: Person, receiver: Person) -> RestRequest:
    body = {"toUserId": receiver.user_id, "message": "hi", "clientMessageId": new_client_message_id()}
    headers = {**sender.authorization, "content-type": "application/json"}
    return RestRequest("bench", "POST", "/api/messages", headers, json.dumps(body).encode(), "127.0.0.1")


if __name__ == "__main__":
    main()
