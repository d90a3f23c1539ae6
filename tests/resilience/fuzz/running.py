"""The fuzzed system: a gateway without rate limits, and the failures in its log."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click

from infra.local.ports import free_port
from infra.local.state import CHECKOUT
from infra.provision.indexes import create_indexes
from tests.support.system import UNLIMITED
from tests.tooling.gateway.running import Running, running

_FAILED = re.compile(r"Traceback|unhandled exception|the worker died|no answer in|(action|handler|push)_failed")

_DATABASE = "devconnect-fuzz"
_REDIS_DATABASE = 9


def times(number: int) -> int:
    """Returns `number` of inputs, multiplied by FUZZ_TIMES, which is 1 in `make test`."""
    return number * int(os.environ.get("FUZZ_TIMES") or 1)


def is_long() -> bool:
    """Whether this run tries new inputs: a short run makes the same inputs each time."""
    return times(1) > 1


def say(sentence: str) -> None:
    click.echo(f"    {sentence}")


class Fuzzed:
    """A gateway, and the failures in its log that no test has read yet."""

    def __init__(self, gateway: Running, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.rest_url = gateway.rest_url
        self.websocket_url = gateway.websocket_url
        self._gateway = gateway
        self._read = 0

    def new_failures(self) -> list[str]:
        """Returns the log's lines about failures since the last call."""
        output = self._gateway.output
        lines = output[self._read :].splitlines()
        self._read = len(output)
        return [line for line in lines if _FAILED.search(line)]


@contextmanager
def fuzzed_gateway(environment: Mapping[str, str], directory: Path) -> Iterator[Fuzzed]:
    """Runs a gateway on the shared servers without rate limits, with one worker, so that calls do not overlap.

    It has databases of its own there. Its events are in Kafka with all others, but the shared consumer, whose pushes go
    to another gateway, does not know its sockets.
    """
    port = free_port()
    own = {
        "MONGODB_URI": urlsplit(environment["MONGODB_URI"])._replace(path=f"/{_DATABASE}").geturl(),
        "REDIS_URL": urlsplit(environment["REDIS_URL"])._replace(path=f"/{_REDIS_DATABASE}").geturl(),
        "WEBSOCKET_ENDPOINT": f"http://127.0.0.1:{port}",
    }
    create_indexes(own["MONGODB_URI"])
    arguments = ["--no-reload", "--websocket-port", str(port), "--workers", "1", "--max-workers", "1"]
    with running(CHECKOUT, directory, *arguments, environment={**environment, **UNLIMITED, **own}) as gateway:
        yield Fuzzed(gateway, own)
